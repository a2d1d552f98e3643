package deepspeech.trainer.training;

import deepspeech.messages.run.Position;

/**
 * Who is told how training goes; calls come from the training thread and must not block it for
 * long.
 */
public interface TrainingObserver {
  /** Every {@code log_interval} batches. */
  void trained(StepReport report);

  /** A step was skipped since a loss or gradient was not finite. */
  void skipped(Position position, int inARow);
}
