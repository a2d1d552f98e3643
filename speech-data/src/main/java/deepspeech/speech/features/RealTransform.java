package deepspeech.speech.features;

import static deepspeech.speech.features.FeatureShape.WINDOW;

/**
 * Computes the power spectra of many real windows of 320 samples at a time.
 *
 * <p>A window is treated as 160 complex numbers: even samples are real parts, odd samples are
 * imaginary parts. A decimation-in-frequency transform with the factors 4, 4, 2 and 5 is applied,
 * and the spectrum of the real window is separated from the result (Press et al., "Numerical
 * Recipes", 12.3 "FFT of Real Functions"; the factor 5 as in Winograd, "On computing the discrete
 * Fourier transform", 1978).
 *
 * <p>Row {@code i} holds number {@code i} of every window, one window in each lane. Every step is a
 * loop over the lanes of at most four rows with the same few operations, and nothing else. The JVM
 * compiles such loops, but not larger ones, to vector instructions (tested with JDK 17 and 25).
 *
 * <p>Not for use by several threads at once.
 */
final class RealTransform {
  /** The results of {@link #power} are the squared magnitudes times this factor. */
  static final float POWER_FACTOR = 4;

  private static final int POINTS = WINDOW / 2;
  private static final double TURN = 2 * Math.PI;
  private static final float SIN_1 = (float) Math.sin(TURN / 5);
  private static final float SIN_2 = (float) Math.sin(2 * TURN / 5);
  private static final float QUARTER_SQRT_5 = (float) (Math.sqrt(5) / 4);

  /** The rows of the complex numbers: real and imaginary parts. */
  private final float[][] re;

  private final float[][] im;

  /** The same rows after the last stage, indexed by frequency. */
  private final float[][] spectrumRe = new float[POINTS][];

  private final float[][] spectrumIm = new float[POINTS][];

  /** Real and imaginary part of the roots of unity {@code exp(-2 pi j i / 160)}. */
  private final float[] cos = new float[POINTS];

  private final float[] sin = new float[POINTS];

  /** Real and imaginary part of {@code exp(-2 pi j k / 320)}. */
  private final float[] separationCos = new float[POINTS / 2 + 1];

  private final float[] separationSin = new float[POINTS / 2 + 1];

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
    for (int row = 0; row < POINTS; row += 5) {
      // Each stage sorts the frequencies by their remainder: row = ((a * 4 + b) * 2 + c) * 5.
      int a = row / 40;
      int b = row / 10 % 4;
      int c = row / 5 % 2;
      int first = a + 4 * (b + 4 * c);
      place(first, re[row], im[row]);
      place(first + 32, re[row + 1], re[row + 3]);
      place(first + 64, re[row + 2], re[row + 4]);
      place(first + 96, im[row + 4], im[row + 2]);
      place(first + 128, im[row + 3], im[row + 1]);
    }
  }

  private void place(int frequency, float[] real, float[] imaginary) {
    spectrumRe[frequency] = real;
    spectrumIm[frequency] = imaginary;
  }

  /** Returns the row to fill with sample {@code n} of every window; {@code n} is in [0, 320). */
  float[] input(int n) {
    return (n & 1) == 0 ? re[n / 2] : im[n / 2];
  }

  /**
   * Transforms the windows in the input rows.
   *
   * @param count number of lanes in use
   * @param power rows of frequency bins, [161, lanes]: receives the squared magnitudes times {@link
   *     #POWER_FACTOR}
   */
  void power(int count, float[][] power) {
    radix4Stage(POINTS, count);
    radix4Stage(POINTS / 4, count);
    radix2Stage(POINTS / 16, count);
    for (int row = 0; row < POINTS; row += 5) {
      radix5(row, count);
    }
    separateEnds(spectrumRe[0], spectrumIm[0], power[0], power[POINTS], count);
    for (int k = 1; k < POINTS / 2; k++) {
      separate(k, power[k], power[POINTS - k], count);
    }
    // The middle frequency is its own mirror image.
    squareSum(
        spectrumRe[POINTS / 2], spectrumIm[POINTS / 2], POWER_FACTOR, power[POINTS / 2], count);
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
        radix4Sums(re[r0], re[r1], re[r2], re[r3], count);
        radix4Sums(im[r0], im[r1], im[r2], im[r3], count);
        radix4Rotations(
            re[r1],
            im[r1],
            re[r3],
            im[r3],
            cos[i * step],
            sin[i * step],
            cos[3 * i * step],
            sin[3 * i * step],
            count);
        if (i > 0) {
          rotate(re[r2], im[r2], cos[2 * i * step], sin[2 * i * step], count);
        }
      }
    }
  }

  /**
   * Computes sums and differences of the real or imaginary part: a and c become even outputs, b and
   * d become halves of odd outputs.
   */
  private static void radix4Sums(float[] a, float[] b, float[] c, float[] d, int count) {
    for (int l = 0; l < count; l++) {
      float sumAc = a[l] + c[l];
      float differenceAc = a[l] - c[l];
      float sumBd = b[l] + d[l];
      float differenceBd = b[l] - d[l];
      a[l] = sumAc + sumBd;
      c[l] = sumAc - sumBd;
      b[l] = differenceAc;
      d[l] = differenceBd;
    }
  }

  private static void radix4Rotations(
      float[] br,
      float[] bi,
      float[] dr,
      float[] di,
      float c1,
      float s1,
      float c3,
      float s3,
      int count) {
    for (int l = 0; l < count; l++) {
      float oneR = br[l] + di[l];
      float oneI = bi[l] - dr[l];
      float threeR = br[l] - di[l];
      float threeI = bi[l] + dr[l];
      br[l] = oneR * c1 - oneI * s1;
      bi[l] = oneR * s1 + oneI * c1;
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
        sumsAndDifferences(re[r0], re[r1], im[r0], im[r1], count);
        if (i > 0) {
          rotate(re[r1], im[r1], cos[i * step], sin[i * step], count);
        }
      }
    }
  }

  /**
   * A five-point transform. Outputs 1 to 4 are in other rows than inputs 1 to 4, see the
   * constructor.
   */
  private void radix5(int row, int count) {
    radix5Even(re, row, count);
    radix5Even(im, row, count);
    rotate(re[row + 4], re[row + 3], SIN_2, SIN_1, count);
    rotate(im[row + 4], im[row + 3], SIN_2, SIN_1, count);
    sumsAndDifferences(re[row + 1], im[row + 3], im[row + 1], re[row + 3], count);
    sumsAndDifferences(re[row + 2], im[row + 4], im[row + 2], re[row + 4], count);
  }

  private static void radix5Even(float[][] part, int row, int count) {
    sumsAndDifferences(part[row + 1], part[row + 4], part[row + 2], part[row + 3], count);
    radix5Cosines(part[row], part[row + 1], part[row + 2], count);
  }

  /** The cosines of a fifth and two fifths of a turn are (±sqrt(5) - 1) / 4. */
  private static void radix5Cosines(float[] a, float[] b, float[] c, int count) {
    for (int l = 0; l < count; l++) {
      float first = a[l];
      float sum = b[l] + c[l];
      float spread = (b[l] - c[l]) * QUARTER_SQRT_5;
      float middle = first - 0.25f * sum;
      a[l] = first + sum;
      b[l] = middle + spread;
      c[l] = middle - spread;
    }
  }

  private static void sumsAndDifferences(float[] a, float[] b, float[] c, float[] d, int count) {
    for (int l = 0; l < count; l++) {
      float sumAb = a[l] + b[l];
      float differenceAb = a[l] - b[l];
      float sumCd = c[l] + d[l];
      float differenceCd = c[l] - d[l];
      a[l] = sumAb;
      b[l] = differenceAb;
      c[l] = sumCd;
      d[l] = differenceCd;
    }
  }

  private static void rotate(float[] r, float[] i, float c, float s, int count) {
    for (int l = 0; l < count; l++) {
      float real = r[l];
      float imaginary = i[l];
      r[l] = real * c - imaginary * s;
      i[l] = real * s + imaginary * c;
    }
  }

  private static void separateEnds(
      float[] zr, float[] zi, float[] lowest, float[] highest, int count) {
    for (int l = 0; l < count; l++) {
      float sum = zr[l] + zi[l];
      float difference = zr[l] - zi[l];
      lowest[l] = POWER_FACTOR * sum * sum;
      highest[l] = POWER_FACTOR * difference * difference;
    }
  }

  private void separate(int k, float[] low, float[] high, int count) {
    float[] lowR = spectrumRe[k];
    float[] lowI = spectrumIm[k];
    float[] highR = spectrumRe[POINTS - k];
    float[] highI = spectrumIm[POINTS - k];
    evenAndTurnedOdd(lowR, lowI, highR, highI, separationCos[k], separationSin[k], count);
    sumsAndDifferences(lowR, highR, lowI, highI, count);
    squareSum(lowR, lowI, 1, low, count);
    squareSum(highR, highI, 1, high, count);
  }

  /**
   * Computes twice the spectra of the even samples and of the odd samples; the latter are rotated
   * into place.
   */
  private static void evenAndTurnedOdd(
      float[] lr, float[] li, float[] hr, float[] hi, float c, float s, int count) {
    for (int l = 0; l < count; l++) {
      float oddR = li[l] + hi[l];
      float oddI = hr[l] - lr[l];
      float evenR = lr[l] + hr[l];
      float evenI = li[l] - hi[l];
      lr[l] = evenR;
      li[l] = evenI;
      hr[l] = oddR * c - oddI * s;
      hi[l] = oddR * s + oddI * c;
    }
  }

  private static void squareSum(float[] r, float[] i, float factor, float[] sum, int count) {
    for (int l = 0; l < count; l++) {
      sum[l] = factor * (r[l] * r[l] + i[l] * i[l]);
    }
  }
}
