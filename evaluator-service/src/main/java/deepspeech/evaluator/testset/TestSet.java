package deepspeech.evaluator.testset;

import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import java.util.Optional;

/** The test set of a run, of which one range of batches after the other is read. */
public interface TestSet extends AutoCloseable {
  /** Data-prep's description of the test set. */
  DataSetDescription description();

  /**
   * Selects the batches that are read next.
   *
   * @param from first batch, from 0
   * @param end the batch after the last one
   */
  void select(int from, int end) throws InterruptedException;

  /**
   * The next batch; empty after the last selected one. Waits for data-prep if the batch must be
   * prepared.
   */
  Optional<FeatureBatch> next() throws InterruptedException;

  @Override
  void close();
}
