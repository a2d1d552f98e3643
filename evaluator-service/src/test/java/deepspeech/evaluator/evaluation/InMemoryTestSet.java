package deepspeech.evaluator.evaluation;

import deepspeech.evaluator.testset.TestSet;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** A test set that is there already. */
final class InMemoryTestSet implements TestSet {
  private final DataSetDescription description;
  private final Queue<FeatureBatch> batches;

  InMemoryTestSet(DataSetDescription description, List<FeatureBatch> batches) {
    this.description = description;
    this.batches = new ArrayDeque<>(batches);
  }

  @Override
  public DataSetDescription description() {
    return description;
  }

  @Override
  public Optional<FeatureBatch> next() {
    return Optional.ofNullable(batches.poll());
  }

  @Override
  public void close() {
    batches.clear();
  }
}
