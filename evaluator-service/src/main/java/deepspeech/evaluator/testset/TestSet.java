package deepspeech.evaluator.testset;

import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import java.util.Optional;

/** The test set of a run, to be read once from the first batch to the last. */
public interface TestSet extends AutoCloseable {
  /** Data-prep's description of the test set. */
  DataSetDescription description();

  /**
   * The next batch; empty after the last one. Waits for data-prep if the batch must be prepared.
   */
  Optional<FeatureBatch> next() throws InterruptedException;

  @Override
  void close();
}
