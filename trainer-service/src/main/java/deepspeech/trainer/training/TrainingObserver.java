package deepspeech.trainer.training;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.run.Position;
import java.util.Map;

/** Observes training. Calls come from the training thread and must not block it for long. */
public interface TrainingObserver {
  /** Reports a step, every {@code log_interval} batches. */
  void trained(StepReport report);

  /**
   * Reports a batch that was skipped because a loss or a gradient was not finite.
   *
   * @param position the position after the batch, with the steps before it
   * @param inARow the number of consecutive skipped batches
   */
  void skipped(Position position, int inARow);

  /**
   * Reports skipped utterances, before the first batch or after the batch that skipped them.
   *
   * @param counts the counts of the run so far, each utterance once, for the reasons whose count
   *     has increased
   */
  void skippedUtterances(Map<SkipReason, Integer> counts, Position position);
}
