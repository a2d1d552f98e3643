package deepspeech.trainer.training;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.run.Position;
import java.util.Map;

/**
 * Who is told how training goes; calls come from the training thread and must not block it for
 * long.
 */
public interface TrainingObserver {
  /** Every {@code log_interval} batches. */
  void trained(StepReport report);

  /** A step was skipped since a loss or gradient was not finite. */
  void skipped(Position position, int inARow);

  /**
   * Utterances were left out, before the first batch or by the one just done.
   *
   * @param counts of the run so far, each utterance once, for the reasons that have more now
   */
  void leftOut(Map<SkipReason, Integer> counts, Position position);
}
