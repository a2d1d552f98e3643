package deepspeech.speech.audio;

import java.util.Arrays;

/**
 * A part of a signal, arranged in rows. Row {@code r} has the samples whose index is {@code r} plus
 * a multiple of the period. A filter that treats all of them alike is a loop over the columns of a
 * few rows, which the JVM compiles to vector instructions.
 *
 * <p>Rows below 0 and rows from the period on repeat the rows inside, shifted by one column. Their
 * outermost column is undefined, so a filter that uses them loses one column at each end.
 */
final class SignalRows {
  private final float[][] rows;
  private final int before;
  private final int period;
  private final int after;

  /**
   * Takes rows from a store.
   *
   * @param store store of the rows
   * @param before number of rows below 0, at most {@code period}
   * @param period number of rows inside
   * @param after number of rows from the period on, at most {@code period}
   */
  SignalRows(RowStore store, int before, int period, int after) {
    if (before > period || after > period) {
      throw new IllegalArgumentException(
          "a period of %d rows has no %d before and %d after it".formatted(period, before, after));
    }
    this.rows = store.take(before + period + after);
    this.before = before;
    this.period = period;
    this.after = after;
  }

  /** Returns a row; not a copy. The number is at least {@code -before}. */
  float[] row(int number) {
    return rows[before + number];
  }

  int period() {
    return period;
  }

  /**
   * Fills the rows inside with a part of a signal.
   *
   * @param first index of the sample in row 0, column 0; samples outside the signal are 0
   */
  void fill(float[] samples, long first, int columns) {
    for (int r = 0; r < period; r++) {
      float[] row = row(r);
      long start = first + r;
      int begin = (int) Math.min(columns, Math.max(0, (-start + period - 1) / period));
      int end =
          (int) Math.max(begin, Math.min(columns, (samples.length - start + period - 1) / period));
      Arrays.fill(row, 0, begin, 0);
      int at = (int) (start + (long) begin * period);
      for (int column = begin; column < end; column++, at += period) {
        row[column] = samples[at];
      }
      Arrays.fill(row, end, columns, 0);
    }
  }

  /** Copies the rows inside to the rows outside. */
  void extend(int columns) {
    for (int r = -before; r < 0; r++) {
      System.arraycopy(row(r + period), 0, row(r), 1, columns - 1);
    }
    for (int r = period; r < period + after; r++) {
      System.arraycopy(row(r - period), 1, row(r), 0, columns - 1);
    }
  }
}
