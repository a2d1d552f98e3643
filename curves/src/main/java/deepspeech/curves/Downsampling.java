package deepspeech.curves;

import java.util.BitSet;

/**
 * Reduces a curve to the points that a line chart shows. It retains the first, the last, the lowest
 * and the highest point of each pixel column (M4: Jugel, Jerzak, Hackenbroich and Markl, "M4: A
 * Visualization-Oriented Time Series Data Aggregation", VLDB 2014). The line through them covers
 * the same pixels as the line through all points.
 */
final class Downsampling {
  private final double[] x;
  private final int begin;
  private final int end;
  private final double left;
  private final double right;
  private final int width;
  private final BitSet selected;

  /**
   * Prepares the reduction of a part of a curve.
   *
   * @param x positions, not decreasing
   * @param begin index of the first point
   * @param end index after the last point
   * @param left position of the left edge of the chart; points before it form a separate column
   * @param right position of the right edge; points from there on form a separate column
   * @param width number of pixel columns between the edges
   */
  Downsampling(double[] x, int begin, int end, double left, double right, int width) {
    this.x = x;
    this.begin = begin;
    this.end = end;
    this.left = left;
    this.right = right;
    this.width = width;
    this.selected = new BitSet(end);
  }

  /** Selects the points to retain for a line of values {@code y}. Call it once for each line. */
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
      selected.set(first);
      selected.set(low);
      selected.set(high);
      selected.set(i - 1);
    }
  }

  /** Indices of the retained points, in order. */
  int[] indices() {
    return selected.stream().toArray();
  }

  private int column(int i) {
    if (x[i] < left) {
      return -1;
    }
    return x[i] >= right ? width : (int) ((x[i] - left) / (right - left) * width);
  }
}
