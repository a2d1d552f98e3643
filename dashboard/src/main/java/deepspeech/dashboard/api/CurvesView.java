package deepspeech.dashboard.api;

import deepspeech.curves.ChartView;
import deepspeech.curves.Curve;
import deepspeech.curves.DrawnCurve;
import deepspeech.curves.RunCurves;
import deepspeech.dashboard.history.RunRecord;
import deepspeech.messages.metric.MetricName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Curves of a run, prepared for a chart. */
record CurvesView(List<Line> curves, List<Mark> resumed, long version) {
  /**
   * A line of a chart.
   *
   * @param qualifier distinguishes several curves of the metric; null if the metric has one curve
   * @param points number of points of the whole curve
   * @param smoothed smoothed values; null without smoothing
   */
  record Line(
      MetricName metric, String qualifier, int points, double[] x, double[] y, double[] smoothed) {
    static Line of(DrawnCurve drawn, ChartView view) {
      return new Line(
          drawn.key().metric(),
          drawn.key().qualifier().orElse(null),
          drawn.points(),
          drawn.x(),
          drawn.y(),
          view.smoothing() == 0 ? null : drawn.smoothed());
    }
  }

  /** A position from which a command resumed the run. */
  record Mark(double x, long step, Instant time) {}

  static CurvesView of(RunRecord record, Set<MetricName> metrics, ChartView view) {
    long version = record.version();
    RunCurves curves = record.curves();
    List<Line> lines =
        curves.keys().stream()
            .filter(key -> metrics.contains(key.metric()))
            .flatMap(key -> curves.draw(key, view).stream())
            .map(drawn -> Line.of(drawn, view))
            .toList();
    return new CurvesView(lines, marks(curves, view), version);
  }

  private static List<Mark> marks(RunCurves curves, ChartView view) {
    Optional<Curve> resumed = curves.resumed();
    if (resumed.isEmpty()) {
      return List.of();
    }
    Curve curve = resumed.get();
    double[] positions = curves.positions(curve, view.axis());
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < positions.length; i++) {
      marks.add(new Mark(positions[i], curve.step(i), curve.time(i)));
    }
    return marks;
  }
}
