package deepspeech.evaluator.evaluation;

import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.evaluation.Evaluation;

/** Hears what becomes of checkpoints, to show it. */
public interface EvaluationListener {
  /** A checkpoint is evaluated and the result is published. */
  void evaluated(Evaluation evaluation);

  /**
   * A checkpoint cannot be evaluated and was dead-lettered.
   *
   * @param reason one line, as published
   * @param failure what was thrown
   */
  void deadLettered(CheckpointPublished checkpoint, String reason, Throwable failure);
}
