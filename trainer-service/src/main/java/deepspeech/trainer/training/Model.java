package deepspeech.trainer.training;

import deepspeech.messages.features.FeatureBatch;
import deepspeech.trainer.model.StepResult;

/** What the training loop asks of a model. */
@FunctionalInterface
public interface Model {
  /**
   * One optimiser step on one batch of at least one utterance.
   *
   * @param learningRate for the whole batch
   */
  StepResult step(FeatureBatch batch, double learningRate);
}
