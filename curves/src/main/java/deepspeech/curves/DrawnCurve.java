package deepspeech.curves;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The points of a curve that a chart shows.
 *
 * @param points number of points of the whole curve
 * @param x positions on the axis, not decreasing
 * @param y one value per position
 * @param smoothed one smoothed value per position, averaged over all points of the curve; equal to
 *     {@code y} without smoothing
 */
public record DrawnCurve(CurveKey key, int points, double[] x, double[] y, double[] smoothed) {
  /**
   * Number of retained points per pixel column, for the values and for the smoothed values each.
   */
  private static final int POINTS_A_COLUMN = 4;

  /**
   * Smooths a curve and cuts out the visible part with the point before and the point after it.
   * Reduces the part if it has more than four points per pixel column.
   *
   * @param x one position per point
   * @param y one value per point, ordered by step
   */
  static DrawnCurve of(CurveKey key, double[] x, double[] y, ChartView view) {
    double[] smoothed = view.smoothing() == 0 ? y : Smoothing.smooth(y, view.smoothing());
    int[] order = order(x);
    double[] positions = pick(x, order);
    double[] values = pick(y, order);
    double[] averages = view.smoothing() == 0 ? values : pick(smoothed, order);
    int begin = Math.max(0, behind(positions, view.from(), false) - 1);
    int end = Math.min(positions.length, behind(positions, view.to(), true) + 1);
    int[] selected;
    if (end - begin <= POINTS_A_COLUMN * view.width()) {
      selected = IntStream.range(begin, end).toArray();
    } else {
      double left = Math.max(view.from(), positions[begin]);
      double right = Math.min(view.to(), positions[end - 1]);
      Downsampling downsampling =
          new Downsampling(positions, begin, end, left, right, view.width());
      downsampling.keepFor(values);
      if (view.smoothing() != 0) {
        downsampling.keepFor(averages);
      }
      selected = downsampling.indices();
    }
    return new DrawnCurve(
        key, x.length, pick(positions, selected), pick(values, selected), pick(averages, selected));
  }

  /**
   * The indices ordered by position. Positions may decrease: a checkpoint that is tested again has
   * a late time at an early step.
   */
  private static int[] order(double[] x) {
    int[] order = IntStream.range(0, x.length).toArray();
    for (int i = 1; i < x.length; i++) {
      if (x[i] < x[i - 1]) {
        return IntStream.of(order)
            .boxed()
            .sorted(Comparator.comparingDouble(index -> x[index]))
            .mapToInt(Integer::intValue)
            .toArray();
      }
    }
    return order;
  }

  /** The number of positions below a limit, or up to and including it if {@code inclusive}. */
  private static int behind(double[] sorted, double limit, boolean inclusive) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < limit || (inclusive && sorted[middle] == limit)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double[] pick(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }
}
