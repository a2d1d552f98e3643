package deepspeech.dataprep.features;

import static deepspeech.dataprep.features.FeatureShape.WINDOW;

/**
 * Power spectra of many real windows of 320 samples at a time.
 *
 * <p>A window is taken as 160 complex numbers (even samples real, odd samples imaginary), these go
 * through a decimation-in-frequency transform with the factors 4, 4, 2 and 5, and the spectrum of
 * the real window is separated from the result (Press et al., "Numerical Recipes", 12.3 "FFT of
 * Real Functions"; the factors of 5 as in Winograd, "On computing the discrete Fourier transform",
 * 1978). Row {@code i} holds number {@code i} of every window, one window in each lane, and every
 * loop runs over the lanes of a few rows with all else constant: this is the form that the JVM
 * compiles to vector instructions.
 *
 * <p>Not for use by several threads at once.
 */
final class RealTransform {
  private static final int POINTS = WINDOW / 2;
  private static final double TURN = 2 * Math.PI;

  private static final float COS_1 = (float) Math.cos(TURN / 5);
  private static final float COS_2 = (float) Math.cos(2 * TURN / 5);
  private static final float SIN_1 = (float) Math.sin(TURN / 5);
  private static final float SIN_2 = (float) Math.sin(2 * TURN / 5);

  private final float[][] re;
  private final float[][] im;

  /** Cosine and minus sine of {@code -2 pi i / 160}. */
  private final float[] cos = new float[POINTS];

  private final float[] sin = new float[POINTS];

  /** The same for {@code -2 pi k / 320}. */
  private final float[] separationCos = new float[POINTS / 2 + 1];

  private final float[] separationSin = new float[POINTS / 2 + 1];

  /** Where the transform leaves the number of frequency {@code k}. */
  private final int[] place = new int[POINTS];

  RealTransform(int lanes) {
    re = new float[POINTS][lanes];
    im = new float[POINTS][lanes];
    for (int i = 0; i < POINTS; i++) {
      cos[i] = (float) Math.cos(TURN * i / POINTS);
      sin[i] = (float) -Math.sin(TURN * i / POINTS);
    }
    for (int k = 0; k <= POINTS / 2; k++) {
      separationCos[k] = (float) Math.cos(TURN * k / WINDOW);
      separationSin[k] = (float) -Math.sin(TURN * k / WINDOW);
    }
    for (int row = 0; row < POINTS; row++) {
      // Each stage sorts the frequencies by their remainder: row = ((a * 4 + b) * 2 + c) * 5 + d.
      int a = row / 40;
      int b = row / 10 % 4;
      int c = row / 5 % 2;
      int d = row % 5;
      place[a + 4 * (b + 4 * (c + 2 * d))] = row;
    }
  }

  /** The row to fill with sample {@code n} of every window, {@code n} in [0, 320). */
  float[] input(int n) {
    return (n & 1) == 0 ? re[n / 2] : im[n / 2];
  }

  /**
   * Transforms the windows in the input rows.
   *
   * @param count how many lanes are in use
   * @param power rows of frequency bins, [161, lanes]: receives the squared magnitudes
   */
  void power(int count, float[][] power) {
    radix4Stage(POINTS, count);
    radix4Stage(POINTS / 4, count);
    radix2Stage(POINTS / 16, count);
    for (int row = 0; row < POINTS; row += 5) {
      radix5(row, count);
    }
    int zero = place[0];
    separateEnds(re[zero], im[zero], power[0], power[POINTS], count);
    for (int k = 1; k <= POINTS / 2; k++) {
      int low = place[k];
      int high = place[POINTS - k];
      separate(
          re[low],
          im[low],
          re[high],
          im[high],
          separationCos[k],
          separationSin[k],
          power[k],
          power[POINTS - k],
          count);
    }
  }

  private void radix4Stage(int size, int count) {
    int quarter = size / 4;
    int step = POINTS / size;
    for (int block = 0; block < POINTS; block += size) {
      for (int i = 0; i < quarter; i++) {
        int r0 = block + i;
        int r1 = r0 + quarter;
        int r2 = r1 + quarter;
        int r3 = r2 + quarter;
        if (i == 0) {
          radix4(re[r0], im[r0], re[r1], im[r1], re[r2], im[r2], re[r3], im[r3], count);
        } else {
          radix4Rotated(
              re[r0],
              im[r0],
              re[r1],
              im[r1],
              re[r2],
              im[r2],
              re[r3],
              im[r3],
              cos[i * step],
              sin[i * step],
              cos[2 * i * step],
              sin[2 * i * step],
              cos[3 * i * step],
              sin[3 * i * step],
              count);
        }
      }
    }
  }

  private static void radix4(
      float[] ar,
      float[] ai,
      float[] br,
      float[] bi,
      float[] cr,
      float[] ci,
      float[] dr,
      float[] di,
      int count) {
    for (int l = 0; l < count; l++) {
      float sumR = ar[l] + cr[l];
      float sumI = ai[l] + ci[l];
      float differenceR = ar[l] - cr[l];
      float differenceI = ai[l] - ci[l];
      float sum2R = br[l] + dr[l];
      float sum2I = bi[l] + di[l];
      float difference2R = br[l] - dr[l];
      float difference2I = bi[l] - di[l];
      ar[l] = sumR + sum2R;
      ai[l] = sumI + sum2I;
      br[l] = differenceR + difference2I;
      bi[l] = differenceI - difference2R;
      cr[l] = sumR - sum2R;
      ci[l] = sumI - sum2I;
      dr[l] = differenceR - difference2I;
      di[l] = differenceI + difference2R;
    }
  }

  private static void radix4Rotated(
      float[] ar,
      float[] ai,
      float[] br,
      float[] bi,
      float[] cr,
      float[] ci,
      float[] dr,
      float[] di,
      float c1,
      float s1,
      float c2,
      float s2,
      float c3,
      float s3,
      int count) {
    for (int l = 0; l < count; l++) {
      float sumR = ar[l] + cr[l];
      float sumI = ai[l] + ci[l];
      float differenceR = ar[l] - cr[l];
      float differenceI = ai[l] - ci[l];
      float sum2R = br[l] + dr[l];
      float sum2I = bi[l] + di[l];
      float difference2R = br[l] - dr[l];
      float difference2I = bi[l] - di[l];
      float oneR = differenceR + difference2I;
      float oneI = differenceI - difference2R;
      float twoR = sumR - sum2R;
      float twoI = sumI - sum2I;
      float threeR = differenceR - difference2I;
      float threeI = differenceI + difference2R;
      ar[l] = sumR + sum2R;
      ai[l] = sumI + sum2I;
      br[l] = oneR * c1 - oneI * s1;
      bi[l] = oneR * s1 + oneI * c1;
      cr[l] = twoR * c2 - twoI * s2;
      ci[l] = twoR * s2 + twoI * c2;
      dr[l] = threeR * c3 - threeI * s3;
      di[l] = threeR * s3 + threeI * c3;
    }
  }

  private void radix2Stage(int size, int count) {
    int half = size / 2;
    int step = POINTS / size;
    for (int block = 0; block < POINTS; block += size) {
      for (int i = 0; i < half; i++) {
        int r0 = block + i;
        int r1 = r0 + half;
        radix2(re[r0], im[r0], re[r1], im[r1], cos[i * step], sin[i * step], count);
      }
    }
  }

  private static void radix2(
      float[] ar, float[] ai, float[] br, float[] bi, float c, float s, int count) {
    for (int l = 0; l < count; l++) {
      float differenceR = ar[l] - br[l];
      float differenceI = ai[l] - bi[l];
      ar[l] = ar[l] + br[l];
      ai[l] = ai[l] + bi[l];
      br[l] = differenceR * c - differenceI * s;
      bi[l] = differenceR * s + differenceI * c;
    }
  }

  private void radix5(int row, int count) {
    radix5(
        re[row],
        im[row],
        re[row + 1],
        im[row + 1],
        re[row + 2],
        im[row + 2],
        re[row + 3],
        im[row + 3],
        re[row + 4],
        im[row + 4],
        count);
  }

  private static void radix5(
      float[] ar,
      float[] ai,
      float[] br,
      float[] bi,
      float[] cr,
      float[] ci,
      float[] dr,
      float[] di,
      float[] er,
      float[] ei,
      int count) {
    for (int l = 0; l < count; l++) {
      float sum1R = br[l] + er[l];
      float sum1I = bi[l] + ei[l];
      float sum2R = cr[l] + dr[l];
      float sum2I = ci[l] + di[l];
      float difference1R = br[l] - er[l];
      float difference1I = bi[l] - ei[l];
      float difference2R = cr[l] - dr[l];
      float difference2I = ci[l] - di[l];
      float even1R = ar[l] + COS_1 * sum1R + COS_2 * sum2R;
      float even1I = ai[l] + COS_1 * sum1I + COS_2 * sum2I;
      float even2R = ar[l] + COS_2 * sum1R + COS_1 * sum2R;
      float even2I = ai[l] + COS_2 * sum1I + COS_1 * sum2I;
      float odd1R = SIN_1 * difference1R + SIN_2 * difference2R;
      float odd1I = SIN_1 * difference1I + SIN_2 * difference2I;
      float odd2R = SIN_2 * difference1R - SIN_1 * difference2R;
      float odd2I = SIN_2 * difference1I - SIN_1 * difference2I;
      ar[l] = ar[l] + sum1R + sum2R;
      ai[l] = ai[l] + sum1I + sum2I;
      br[l] = even1R + odd1I;
      bi[l] = even1I - odd1R;
      cr[l] = even2R + odd2I;
      ci[l] = even2I - odd2R;
      dr[l] = even2R - odd2I;
      di[l] = even2I + odd2R;
      er[l] = even1R - odd1I;
      ei[l] = even1I + odd1R;
    }
  }

  private static void separateEnds(
      float[] zr, float[] zi, float[] lowest, float[] highest, int count) {
    for (int l = 0; l < count; l++) {
      float sum = zr[l] + zi[l];
      float difference = zr[l] - zi[l];
      lowest[l] = sum * sum;
      highest[l] = difference * difference;
    }
  }

  private static void separate(
      float[] lr,
      float[] li,
      float[] hr,
      float[] hi,
      float c,
      float s,
      float[] low,
      float[] high,
      int count) {
    for (int l = 0; l < count; l++) {
      float evenR = 0.5f * (lr[l] + hr[l]);
      float evenI = 0.5f * (li[l] - hi[l]);
      float oddR = 0.5f * (li[l] + hi[l]);
      float oddI = 0.5f * (hr[l] - lr[l]);
      float turnedR = oddR * c - oddI * s;
      float turnedI = oddR * s + oddI * c;
      float lowR = evenR + turnedR;
      float lowI = evenI + turnedI;
      float highR = evenR - turnedR;
      float highI = turnedI - evenI;
      low[l] = lowR * lowR + lowI * lowI;
      high[l] = highR * highR + highI * highI;
    }
  }
}
