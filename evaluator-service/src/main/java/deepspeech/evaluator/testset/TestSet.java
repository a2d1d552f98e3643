package deepspeech.evaluator.testset;

import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import java.util.Optional;

/** The test set of a run, to be read once from the first batch to the last. */
public interface TestSet extends AutoCloseable {
  /** What data-prep says of it. */
  DataSetDescription description();

  /** The next batch; empty behind the last. Waits for data-prep where it has to be prepared. */
  Optional<FeatureBatch> next() throws InterruptedException;

  @Override
  void close();
}
