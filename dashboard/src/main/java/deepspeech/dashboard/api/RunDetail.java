package deepspeech.dashboard.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.curves.CurveKey;
import deepspeech.dashboard.history.RunRecord;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.run.RunState;
import java.util.List;
import java.util.Map;

/**
 * All data of one run except its points.
 *
 * @param metrics names of the metrics that have points
 * @param checkpoints the checkpoints, newest first
 */
record RunDetail(
    @JsonUnwrapped RunView run,
    Map<String, Object> configuration,
    List<MetricName> metrics,
    List<CheckpointView> checkpoints) {
  static RunDetail of(RunRecord record) {
    return new RunDetail(
        RunView.of(record),
        record.state().map(RunState::configuration).map(c -> c.withUnknown()).orElse(null),
        record.curves().keys().stream().map(CurveKey::metric).distinct().toList(),
        CheckpointView.of(record));
  }
}
