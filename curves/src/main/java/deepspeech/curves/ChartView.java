package deepspeech.curves;

import deepspeech.messages.InvalidMessageException;

/**
 * The part of the curves that a chart shows, and how.
 *
 * @param width of the chart in pixels, 1 to {@value #WIDEST}
 * @param smoothing weight of earlier values in the exponential average, from 0 (none) to {@value
 *     #SMOOTHEST}
 * @param from left edge in units of the axis, {@link Double#NEGATIVE_INFINITY} for the first point
 * @param to right edge in units of the axis, {@link Double#POSITIVE_INFINITY} for the last point
 */
public record ChartView(Axis axis, int width, double smoothing, double from, double to) {
  public static final int WIDEST = 10_000;
  public static final double SMOOTHEST = 0.999;

  public ChartView {
    InvalidMessageException.require(
        width >= 1 && width <= WIDEST, "width", width, "a whole number from 1 to " + WIDEST);
    InvalidMessageException.require(
        smoothing >= 0 && smoothing <= SMOOTHEST,
        "smoothing",
        smoothing,
        "a number from 0 to " + SMOOTHEST);
    InvalidMessageException.require(
        !Double.isNaN(from) && !Double.isNaN(to) && from <= to,
        "from, to",
        from + ", " + to,
        "numbers, the first not above the second");
  }

  /** A view of all points. */
  public static ChartView whole(Axis axis, int width, double smoothing) {
    return new ChartView(
        axis, width, smoothing, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }
}
