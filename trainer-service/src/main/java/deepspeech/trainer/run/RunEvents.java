package deepspeech.trainer.run;

import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunId;
import java.time.Instant;
import java.util.Map;

/** What a run tells the other services. */
public interface RunEvents {
  /** Returns at once; a point that is lost on the way is logged. */
  void metric(MetricPoint point);

  /** Returns when the broker has every point that was told so far, or has refused it. */
  void awaitTold();

  /**
   * Finds out what a trainer that was cut off has told of a run already: it is not told again.
   *
   * @param since nothing that is told from here on was told before
   * @param leftOut the counts of utterances left out that were told
   */
  void recover(RunId run, Instant since, Map<SkipReason, Integer> leftOut)
      throws InterruptedException;

  /**
   * Returns when the broker has it.
   *
   * @param id {@code ce_id} of the event
   */
  void checkpoint(CheckpointPublished event, String id);
}
