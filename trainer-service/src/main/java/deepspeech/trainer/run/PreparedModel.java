package deepspeech.trainer.run;

import deepspeech.acoustic.model.BatchResult;
import deepspeech.acoustic.model.OutOfMemoryException;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.StepResult;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.runtime.logging.LogContext;
import deepspeech.trainer.training.Model;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The model of a prepared run. A lack of memory fails the run.
 *
 * @param batches those of the run
 */
record PreparedModel(PreparedRun prepared, RaggedBatches batches) implements Model {
  PreparedModel(PreparedRun prepared) {
    this(prepared, new RaggedBatches());
  }

  @Override
  public BatchResult add(FeatureBatch batch, Supplier<Optional<FeatureBatch>> upcoming) {
    LogContext.at(batch.key().epoch(), batch.key().batch());
    RaggedBatch ragged = batches.of(batch);
    return withinMemory(
        () -> prepared.model().add(ragged, () -> upcoming.get().map(batches::ahead)));
  }

  @Override
  public StepResult step(double learningRate) {
    return withinMemory(() -> prepared.model().step(learningRate));
  }

  private <T> T withinMemory(Supplier<T> action) {
    try {
      return action.get();
    } catch (OutOfMemoryException e) {
      throw prepared.dryRun().tooLarge(e);
    }
  }

  @Override
  public void discard() {
    prepared.model().discard();
  }
}
