package deepspeech.trainer.training;

import deepspeech.acoustic.model.StepResult;
import deepspeech.messages.features.FeatureBatch;

/** The model, as the training loop uses it. */
@FunctionalInterface
public interface Model {
  /**
   * Performs one optimiser step on one batch of at least one utterance.
   *
   * @param learningRate the learning rate for the whole batch
   */
  StepResult step(FeatureBatch batch, double learningRate);
}
