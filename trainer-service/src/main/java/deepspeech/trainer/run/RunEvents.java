package deepspeech.trainer.run;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;
import java.util.Map;

/** The events that a run publishes for the other services. */
public interface RunEvents {
  /** Publishes a metric point without waiting. A point that is lost on the way is logged. */
  void metric(MetricPoint point);

  /** Waits until the broker has accepted or refused every point that was published so far. */
  void flush();

  /**
   * Finds out what an interrupted trainer has already published of a run, so that it is not
   * published again.
   *
   * @param since no event that follows from now on can have been published before this time
   * @param skipped the published counts of skipped utterances, by reason
   */
  void recover(RunId run, Instant since, Map<SkipReason, Integer> skipped)
      throws InterruptedException;

  /**
   * Returns the time for {@link #recover} of a trainer that goes on from a checkpoint of a run. If
   * a trainer before this one had got further than the checkpoint, its points are older than that.
   *
   * @param step of the checkpoint
   * @param takenAt the time at which this trainer copied the training state
   */
  Instant eventsSince(RunId run, long step, Instant takenAt);

  /**
   * Publishes the event of a checkpoint. Returns when the broker has accepted it.
   *
   * @param id {@code ce_id} of the event
   */
  void checkpoint(CheckpointCommitted event, String id);
}
