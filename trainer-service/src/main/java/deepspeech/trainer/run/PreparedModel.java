package deepspeech.trainer.run;

import deepspeech.acoustic.model.BatchResult;
import deepspeech.acoustic.model.OutOfMemoryException;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.StepResult;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.runtime.logging.LogContext;
import deepspeech.trainer.training.Model;
import java.util.function.Supplier;

/** The model of a prepared run. A lack of memory fails the run. */
record PreparedModel(PreparedRun prepared) implements Model {
  @Override
  public BatchResult add(FeatureBatch batch) {
    LogContext.at(batch.key().epoch(), batch.key().batch());
    return withinMemory(() -> prepared.model().add(RaggedBatch.of(batch)));
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
