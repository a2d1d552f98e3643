package deepspeech.trainer.training;

import deepspeech.acoustic.model.StepResult;
import deepspeech.messages.features.FeatureBatch;

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
