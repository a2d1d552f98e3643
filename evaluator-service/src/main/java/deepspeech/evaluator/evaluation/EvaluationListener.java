package deepspeech.evaluator.evaluation;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.evaluation.Evaluation;

/** Receives the outcomes of evaluations, to show them. */
public interface EvaluationListener {
  /** Called after a checkpoint is evaluated and the result is published. */
  void evaluated(Evaluation evaluation);

  /**
   * Called after a checkpoint that cannot be evaluated was dead-lettered.
   *
   * @param reason one line, as published
   * @param failure the exception or error that was thrown
   */
  void deadLettered(CheckpointCommitted checkpoint, String reason, Throwable failure);
}
