package deepspeech.speech.audio;

import java.util.Arrays;

/**
 * A stretch of a signal as rows: row {@code r} holds every sample whose number is {@code r} more
 * than a multiple of the period, side by side. A filter that does the same to all of them is a loop
 * over the columns of a few rows, which the JVM compiles to vector instructions.
 *
 * <p>Rows below 0 and from the period on are those inside, moved by a column. Their outermost
 * column means nothing, so a filter that uses them loses a column at each end.
 */
final class SignalRows {
  private final float[][] rows;
  private final int before;
  private final int period;
  private final int after;

  /**
   * Takes rows.
   *
   * @param store of the rows
   * @param before rows below 0, at most {@code period}
   * @param after rows from the period on, at most {@code period}
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

  /** A row, from {@code -before}; not a copy. */
  float[] row(int number) {
    return rows[before + number];
  }

  int period() {
    return period;
  }

  /**
   * Takes a signal up.
   *
   * @param first number of the sample that comes into row 0, column 0; those outside of the signal
   *     are 0
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

  /** Copies the rows inside to those outside. */
  void extend(int columns) {
    for (int r = -before; r < 0; r++) {
      System.arraycopy(row(r + period), 0, row(r), 1, columns - 1);
    }
    for (int r = period; r < period + after; r++) {
      System.arraycopy(row(r - period), 1, row(r), 0, columns - 1);
    }
  }
}
