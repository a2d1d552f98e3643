package deepspeech.curves;

import java.util.BitSet;

/**
 * Leaves the points that a line chart shows: of each column of pixels the first, the last, the
 * lowest and the highest point (M4: Jugel, Jerzak, Hackenbroich and Markl, "M4: A
 * Visualization-Oriented Time Series Data Aggregation", VLDB 2014). The line through them covers
 * the same pixels as the line through all.
 */
final class Downsampling {
  private final double[] x;
  private final int begin;
  private final int end;
  private final double left;
  private final double right;
  private final int width;
  private final BitSet kept;

  /**
   * Looks at a part of a curve.
   *
   * @param x does not fall
   * @param begin index of the first point
   * @param end behind that of the last point
   * @param left position of the left edge of the chart; points before it are a column of their own
   * @param right position of the right edge; points from there on are a column of their own
   * @param width columns of pixels between the edges
   */
  Downsampling(double[] x, int begin, int end, double left, double right, int width) {
    this.x = x;
    this.begin = begin;
    this.end = end;
    this.left = left;
    this.right = right;
    this.width = width;
    this.kept = new BitSet(end);
  }

  /** Keeps what is to be kept for these values of the points; several times for several lines. */
  void keepFor(double[] y) {
    int i = begin;
    while (i < end) {
      int column = column(i);
      int first = i;
      int low = i;
      int high = i;
      while (i < end && column(i) == column) {
        low = y[i] < y[low] ? i : low;
        high = y[i] > y[high] ? i : high;
        i++;
      }
      kept.set(first);
      kept.set(low);
      kept.set(high);
      kept.set(i - 1);
    }
  }

  /** Indices of the points that were kept, in order. */
  int[] indices() {
    return kept.stream().toArray();
  }

  private int column(int i) {
    if (x[i] < left) {
      return -1;
    }
    return x[i] >= right ? width : (int) ((x[i] - left) / (right - left) * width);
  }
}
