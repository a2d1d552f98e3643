package deepspeech.cli.benchmark;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the trainer has reported after a step of a run.
 *
 * @param epoch from 1
 * @param batch the batch of that step, from 0
 * @param values rate and shares since the report before
 */
record ProgressReport(int epoch, int batch, Instant time, Map<MetricName, Double> values) {
  private static final Set<MetricName> USED =
      Set.of(
          MetricName.SAMPLES_PER_SECOND,
          MetricName.SHARE_COMPUTING,
          MetricName.SHARE_WAITING,
          MetricName.SHARE_CHECKPOINT);

  /** The complete reports of a run, in the order of its metric points. */
  static List<ProgressReport> of(RunId run, List<MetricPoint> points) {
    Map<List<Integer>, ProgressReport> reports = new LinkedHashMap<>();
    for (MetricPoint point : points) {
      if (point.run().equals(run) && USED.contains(point.name())) {
        reports
            .computeIfAbsent(
                List.of(point.epoch(), point.batch()),
                place ->
                    new ProgressReport(
                        point.epoch(),
                        point.batch() - 1,
                        point.time(),
                        new EnumMap<>(MetricName.class)))
            .values()
            .put(point.name(), point.value());
      }
    }
    List<ProgressReport> complete = new ArrayList<>(reports.values());
    complete.removeIf(report -> !report.values().keySet().equals(USED));
    return complete;
  }

  double value(MetricName name) {
    return values.get(name);
  }
}
