package deepspeech.dashboard.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.curves.CurveKey;
import deepspeech.dashboard.history.RunRecord;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunAssignment;
import deepspeech.messages.run.RunData;
import deepspeech.messages.run.RunPhase;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run in the list of all runs.
 *
 * @param latest the last value of each metric by metric name; a metric with several curves has a
 *     map of values by qualifier
 */
record RunView(
    RunId run,
    @JsonUnwrapped RunPhase phase,
    @JsonUnwrapped RunAssignment assignment,
    @JsonUnwrapped Progress progress,
    @JsonUnwrapped RunData data,
    Instant time,
    long version,
    Map<String, Object> latest,
    Best best) {
  /** How far the run is. */
  record Progress(Position position, Integer numEpoch, CheckpointId lastCheckpoint) {
    static Progress of(RunState state) {
      return new Progress(
          state.position(),
          Optional.ofNullable(state.configuration()).map(c -> c.numEpoch()).orElse(null),
          state.lastCheckpoint());
    }
  }

  /** The checkpoint with the lowest test CER. */
  record Best(CheckpointId checkpoint, double cer) {
    static Best of(Evaluation evaluation) {
      return new Best(evaluation.checkpoint(), evaluation.cer());
    }
  }

  static RunView of(RunRecord record) {
    Optional<RunState> state = record.state();
    return new RunView(
        record.run(),
        state.map(RunState::phase).orElse(null),
        state.map(RunState::assignment).orElse(null),
        state.map(Progress::of).orElse(null),
        state.map(RunState::data).orElse(null),
        record.changed(),
        record.version(),
        latest(record),
        record.best().map(Best::of).orElse(null));
  }

  private static Map<String, Object> latest(RunRecord record) {
    Map<String, Object> latest = new LinkedHashMap<>();
    Map<MetricName, Map<String, Double>> qualified = new TreeMap<>();
    for (CurveKey key : record.curves().keys()) {
      record
          .curves()
          .last(key)
          .ifPresent(
              value ->
                  key.qualifier()
                      .ifPresentOrElse(
                          qualifier ->
                              qualified
                                  .computeIfAbsent(key.metric(), metric -> new TreeMap<>())
                                  .put(qualifier, value),
                          () -> latest.put(key.metric().toString(), value)));
    }
    qualified.forEach((metric, values) -> latest.put(metric.toString(), values));
    return latest;
  }
}
