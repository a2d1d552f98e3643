package deepspeech.curves;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;

/** Metric points of a run whose epochs have ten batches, a step a second. */
final class Points {
  static final RunId RUN = new RunId("demo");
  static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
  static final int BATCHES = 10;

  private Points() {}

  static MetricPoint point(MetricName name, long step, double value) {
    return point(name, step, value, START.plusSeconds(step));
  }

  static MetricPoint point(MetricName name, long step, double value, Instant time) {
    int done = (int) Math.max(0, step - 1);
    return new MetricPoint(
        RUN, name, value, step, done / BATCHES + 1, step == 0 ? 0 : done % BATCHES + 1, time);
  }

  static MetricPoint loss(long step, double value) {
    return point(MetricName.TRAIN_LOSS, step, value);
  }

  static MetricPoint resumed(long step) {
    return point(MetricName.RESUMED, step, (double) step, START.plusSeconds(1000 + step));
  }
}
