package deepspeech.speech.audio;

import java.util.Arrays;

/**
 * Converts between two sample rates with a polyphase filter. Every output of a period has its own
 * coefficients.
 *
 * <p>Outputs are computed in pairs, so that a loaded input is used for both.
 *
 * <p>Instances are immutable and can be shared between threads.
 */
final class PhaseFilter {
  private static final int TAPS_AT_A_TIME = 4;

  /**
   * The first row of each pair of outputs, and the coefficients of both outputs from that row on.
   */
  private final int[] firstRow;

  private final float[][] even;
  private final float[][] odd;

  /** The number of rows needed before and after a period. */
  private final int before;

  private final int after;

  /**
   * Designs the filter.
   *
   * @param lowPass low-pass filter at the sample rate of the input
   * @param inputs samples of the input in a period
   * @param outputs samples of the output in the same period, an even number
   */
  PhaseFilter(LowPass lowPass, int inputs, int outputs) {
    int reach = (int) Math.ceil(lowPass.halfWidth());
    this.firstRow = new int[outputs / 2];
    this.even = new float[outputs / 2][];
    this.odd = new float[outputs / 2][];
    int lastRow = 0;
    for (int pair = 0; pair < firstRow.length; pair++) {
      double position = 2.0 * pair * inputs / outputs;
      double next = (2.0 * pair + 1) * inputs / outputs;
      int first = (int) position - reach + 1;
      int rows = (int) next + reach + 1 - first;
      int padded = (rows + TAPS_AT_A_TIME - 1) / TAPS_AT_A_TIME * TAPS_AT_A_TIME;
      firstRow[pair] = first;
      even[pair] = coefficients(lowPass, position - first, padded);
      odd[pair] = coefficients(lowPass, next - first, padded);
      lastRow = Math.max(lastRow, first + padded - 1);
    }
    this.before = reach - 1;
    this.after = Math.max(0, lastRow - inputs + 1);
  }

  /** Returns coefficients with a gain of 1 at frequency 0. */
  static float[] coefficients(LowPass lowPass, double middle, int count) {
    double[] exact = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      exact[i] = lowPass.at(i - middle);
      sum += exact[i];
    }
    float[] coefficients = new float[count];
    for (int i = 0; i < count; i++) {
      coefficients[i] = (float) (exact[i] / sum);
    }
    return coefficients;
  }

  int before() {
    return before;
  }

  int after() {
    return after;
  }

  /** The size of the coefficients in bytes. */
  long bytes() {
    long count = 0;
    for (float[] coefficients : even) {
      count += 2L * coefficients.length;
    }
    return count * Float.BYTES;
  }

  /**
   * Computes outputs.
   *
   * @param rows the input
   * @param from column of the first period, inclusive
   * @param to column of the last period, exclusive
   * @param output receives the samples of these periods, as far as they fit
   * @param first index of the first output
   */
  void apply(SignalRows rows, int from, int to, float[] output, int first) {
    float[] a = new float[to];
    float[] b = new float[to];
    int period = 2 * firstRow.length;
    for (int pair = 0; pair < firstRow.length; pair++) {
      Arrays.fill(a, 0);
      Arrays.fill(b, 0);
      float[] c = even[pair];
      float[] d = odd[pair];
      for (int tap = 0; tap < c.length; tap += TAPS_AT_A_TIME) {
        int row = firstRow[pair] + tap;
        addTaps(
            a,
            b,
            rows.row(row),
            rows.row(row + 1),
            rows.row(row + 2),
            rows.row(row + 3),
            c,
            d,
            tap,
            to);
      }
      scatter(a, from, to, output, first + 2 * pair, period);
      scatter(b, from, to, output, first + 2 * pair + 1, period);
    }
  }

  private static void scatter(
      float[] sums, int from, int to, float[] output, int first, int period) {
    for (int column = from, at = first; column < to && at < output.length; column++, at += period) {
      output[at] = sums[column];
    }
  }

  private static void addTaps(
      float[] a,
      float[] b,
      float[] s0,
      float[] s1,
      float[] s2,
      float[] s3,
      float[] c,
      float[] d,
      int tap,
      int columns) {
    float c0 = c[tap];
    float c1 = c[tap + 1];
    float c2 = c[tap + 2];
    float c3 = c[tap + 3];
    float d0 = d[tap];
    float d1 = d[tap + 1];
    float d2 = d[tap + 2];
    float d3 = d[tap + 3];
    for (int i = 0; i < columns; i++) {
      a[i] += c0 * s0[i] + c1 * s1[i] + (c2 * s2[i] + c3 * s3[i]);
      b[i] += d0 * s0[i] + d1 * s1[i] + (d2 * s2[i] + d3 * s3[i]);
    }
  }
}
