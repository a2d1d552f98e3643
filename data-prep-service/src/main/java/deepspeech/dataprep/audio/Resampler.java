package deepspeech.dataprep.audio;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Band-limited conversion from one sample rate to another: a polyphase windowed-sinc filter.
 *
 * <p>Source: J. O. Smith, "Digital Audio Resampling" (CCRMA, Stanford), and for the window J. F.
 * Kaiser, "Nonrecursive digital filter design using the I0-sinh window function" (1974). The pass
 * band goes to 0.9 of the lower Nyquist frequency, the stop band begins at that frequency and is 80
 * dB down. The output has the delay of the input: sample {@code m} is the input at time {@code m /
 * targetRate}, and outside its ends the input is 0.
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public final class Resampler {
  private static final double STOP_BAND_DB = 80;
  private static final double PASS_BAND_EDGE = 0.9;

  /** Kaiser's formulas for the shape of the window and for its length in samples. */
  private static final double BETA = 0.1102 * (STOP_BAND_DB - 8.7);

  private static final double HALF_WIDTH =
      (STOP_BAND_DB - 7.95) / (2.285 * Math.PI * (1 - PASS_BAND_EDGE)) / 2;

  /**
   * Up to this many phases each has its own coefficients; above, they are interpolated between this
   * many, with an error far below the stop band.
   */
  private static final int MAX_EXACT_PHASES = 1024;

  private static final int BLOCK = 512;

  private final int sourceRate;
  private final int targetRate;

  /** Output samples in one period of the filter, and input samples in the same time. */
  private final int up;

  private final int down;

  /** Coefficients reach from {@code -reach + 1} to {@code reach} samples around a position. */
  private final int reach;

  private final float[][] phases;

  /**
   * Designs the filter.
   *
   * @param sourceRate samples a second of the input, greater than 0
   * @param targetRate samples a second of the output, greater than 0
   */
  public Resampler(int sourceRate, int targetRate) {
    if (sourceRate <= 0 || targetRate <= 0) {
      throw new IllegalArgumentException(
          "sample rates are %d and %d; they must be greater than 0"
              .formatted(sourceRate, targetRate));
    }
    this.sourceRate = sourceRate;
    this.targetRate = targetRate;
    int divisor = BigInteger.valueOf(sourceRate).gcd(BigInteger.valueOf(targetRate)).intValue();
    this.up = targetRate / divisor;
    this.down = sourceRate / divisor;
    double lowerRate = Math.min(sourceRate, targetRate);
    double halfWidth = HALF_WIDTH * sourceRate / lowerRate;
    this.reach = (int) Math.ceil(halfWidth);
    double cutoff = (1 + PASS_BAND_EDGE) / 2 * lowerRate / sourceRate;
    int tables = Math.min(up, MAX_EXACT_PHASES);
    this.phases = new float[tables + 1][];
    for (int phase = 0; phase <= tables; phase++) {
      phases[phase] = coefficients((double) phase / tables, halfWidth, cutoff);
    }
  }

  /** The number of samples that {@link #resample} makes of {@code length}. */
  public int outputLength(int length) {
    return Math.toIntExact((long) length * targetRate / sourceRate);
  }

  /** What the coefficients take. */
  long bytes() {
    return (long) phases.length * phases[0].length * Float.BYTES;
  }

  /**
   * Converts a whole signal.
   *
   * @param samples the input, at the source rate
   * @return the output, at the target rate
   */
  public float[] resample(float[] samples) {
    if (up == down) {
      return samples.clone();
    }
    return up <= MAX_EXACT_PHASES ? resampleByPhase(samples) : resampleBySample(samples);
  }

  /**
   * Computes all outputs of one phase together. Input samples that are {@code down} apart lie side
   * by side, so that the inner loop runs over neighbouring outputs and needs no reduction.
   */
  private float[] resampleByPhase(float[] samples) {
    int outputLength = outputLength(samples.length);
    float[] output = new float[outputLength];
    int margin = reach / down + 2;
    int columns = samples.length / down + 1;
    float[][] residues = new float[down][2 * margin + columns + 2];
    for (int i = 0, residue = 0, column = margin; i < samples.length; i++) {
      residues[residue][column] = samples[i];
      if (++residue == down) {
        residue = 0;
        column++;
      }
    }
    float[] sum = new float[BLOCK];
    float[][] shifted = new float[4][BLOCK];
    for (int phase = 0; phase < up && phase < outputLength; phase++) {
      int offset = (int) ((long) phase * down / up);
      int table = (int) ((long) phase * down % up);
      float[] coefficients = phases[table];
      int outputs = (outputLength - phase + up - 1) / up;
      for (int begin = 0; begin < outputs; begin += BLOCK) {
        int count = Math.min(BLOCK, outputs - begin);
        Arrays.fill(sum, 0, count, 0);
        for (int tap = 0; tap < coefficients.length; tap += 4) {
          for (int t = 0; t < 4; t++) {
            int position = offset - reach + 1 + tap + t;
            System.arraycopy(
                residues[Math.floorMod(position, down)],
                begin + margin + Math.floorDiv(position, down),
                shifted[t],
                0,
                count);
          }
          accumulate(sum, shifted, coefficients, tap, count);
        }
        for (int i = 0, at = phase + up * begin; i < count; i++, at += up) {
          output[at] = sum[i];
        }
      }
    }
    return output;
  }

  private static void accumulate(
      float[] sum, float[][] shifted, float[] coefficients, int tap, int count) {
    float[] s0 = shifted[0];
    float[] s1 = shifted[1];
    float[] s2 = shifted[2];
    float[] s3 = shifted[3];
    float c0 = coefficients[tap];
    float c1 = coefficients[tap + 1];
    float c2 = coefficients[tap + 2];
    float c3 = coefficients[tap + 3];
    for (int i = 0; i < count; i++) {
      sum[i] += c0 * s0[i] + c1 * s1[i] + (c2 * s2[i] + c3 * s3[i]);
    }
  }

  private float[] resampleBySample(float[] samples) {
    int tables = phases.length - 1;
    float[] output = new float[outputLength(samples.length)];
    for (int m = 0; m < output.length; m++) {
      long position = (long) m * down;
      int first = (int) (position / up) - reach + 1;
      double table = (double) (position % up) * tables / up;
      int index = (int) table;
      float weight = (float) (table - index);
      float[] lower = phases[index];
      float[] upper = phases[index + 1];
      int begin = Math.max(0, -first);
      int end = Math.min(lower.length, samples.length - first);
      float lowerSum = 0;
      float upperSum = 0;
      for (int k = begin; k < end; k++) {
        lowerSum += lower[k] * samples[first + k];
        upperSum += upper[k] * samples[first + k];
      }
      output[m] = lowerSum + weight * (upperSum - lowerSum);
    }
    return output;
  }

  /** The taps for an output that lies {@code fraction} of a sample after an input sample. */
  private float[] coefficients(double fraction, double halfWidth, double cutoff) {
    double[] exact = new double[2 * reach];
    double sum = 0;
    for (int tap = 0; tap < exact.length; tap++) {
      double distance = tap - (reach - 1) - fraction;
      double edge = distance / halfWidth;
      if (Math.abs(edge) < 1) {
        exact[tap] = sinc(cutoff * distance) * besselI0(BETA * Math.sqrt(1 - edge * edge));
      }
      sum += exact[tap];
    }
    // A multiple of four taps, each phase with a gain of exactly 1 at frequency 0.
    float[] coefficients = new float[(exact.length + 3) / 4 * 4];
    for (int tap = 0; tap < exact.length; tap++) {
      coefficients[tap] = (float) (exact[tap] / sum);
    }
    return coefficients;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }

  /** The modified Bessel function of the first kind and order 0, by its power series. */
  private static double besselI0(double x) {
    double term = 1;
    double sum = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= x / (2 * k) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }
}
