package deepspeech.dashboard.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.curves.Curve;
import deepspeech.curves.CurveKey;
import deepspeech.dashboard.history.RunRecord;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint of a run.
 *
 * @param seconds time from the snapshot to the commit, in seconds; null if unknown
 */
record CheckpointView(
    CheckpointId checkpoint,
    int epoch,
    int batch,
    long step,
    long bytes,
    Double seconds,
    Instant time,
    String uri,
    @JsonUnwrapped Score score,
    @JsonUnwrapped Retention retention) {
  /**
   * The test result of a checkpoint.
   *
   * @param cer null if the checkpoint is not tested
   * @param wer null if the checkpoint is not tested, or if the texts have no spaces
   * @param best whether no checkpoint of the run has a lower CER
   */
  record Score(Double cer, Double wer, boolean best) {}

  /**
   * What the store does with a checkpoint.
   *
   * @param pinned whether a user has pinned the checkpoint; null if unknown
   * @param kept whether the store still has the checkpoint; null if unknown
   */
  record Retention(Boolean pinned, Boolean kept) {}

  /** The checkpoints of a run, newest first. */
  static List<CheckpointView> of(RunRecord record) {
    Map<CheckpointId, Evaluation> evaluations = new HashMap<>();
    record.evaluations().forEach(e -> evaluations.put(e.checkpoint(), e));
    Optional<CheckpointId> best = record.best().map(Evaluation::checkpoint);
    Map<Long, Double> seconds = seconds(record);
    Optional<RunState> state = record.state();
    List<CheckpointView> views = new ArrayList<>();
    for (CheckpointCommitted event : record.checkpoints()) {
      Optional<Evaluation> evaluation = Optional.ofNullable(evaluations.get(event.checkpoint()));
      views.add(
          new CheckpointView(
              event.checkpoint(),
              event.epoch(),
              event.batch(),
              event.step(),
              CheckpointFile.totalSize(event.files()),
              seconds.get(event.step()),
              event.time(),
              event.uri(),
              new Score(
                  evaluation.map(Evaluation::cer).orElse(null),
                  evaluation.map(Evaluation::wer).orElse(null),
                  best.filter(event.checkpoint()::equals).isPresent()),
              new Retention(
                  state
                      .map(RunState::pinned)
                      .map(ids -> ids.contains(event.checkpoint()))
                      .orElse(null),
                  state
                      .map(RunState::checkpoints)
                      .map(ids -> ids.contains(event.checkpoint()))
                      .orElse(null))));
    }
    Collections.reverse(views);
    return views;
  }

  private static Map<Long, Double> seconds(RunRecord record) {
    Map<Long, Double> seconds = new HashMap<>();
    Optional<Curve> curve = record.curves().curve(CurveKey.of(MetricName.CHECKPOINT_SECONDS));
    for (int i = 0; i < curve.map(Curve::size).orElse(0); i++) {
      seconds.put(curve.get().step(i), curve.get().value(i));
    }
    return seconds;
  }
}
