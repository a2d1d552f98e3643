package deepspeech.trainer.training;

import deepspeech.acoustic.model.BatchResult;
import deepspeech.acoustic.model.StepResult;
import deepspeech.messages.features.FeatureBatch;
import java.util.Optional;
import java.util.function.Supplier;

/** The model, as the training loop uses it. */
public interface Model {
  /**
   * Adds the gradient of a batch of at least one utterance to that of the next optimiser step.
   *
   * @param upcoming gives the next batch with an utterance, if it is there already; the model may
   *     prepare it while it computes this one
   */
  BatchResult add(FeatureBatch batch, Supplier<Optional<FeatureBatch>> upcoming);

  /**
   * Performs one optimiser step by the batches that were added since the last one, at least one.
   *
   * @param learningRate the learning rate for the whole step
   */
  StepResult step(double learningRate);

  /** Discards the batches that were added since the last step. They leave no trace. */
  void discard();
}
