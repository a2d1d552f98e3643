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
  private final List<FeatureBatch> batches;
  private final Queue<FeatureBatch> selected;

  InMemoryTestSet(DataSetDescription description, List<FeatureBatch> batches) {
    this.description = description;
    this.batches = batches;
    this.selected = new ArrayDeque<>(batches);
  }

  @Override
  public DataSetDescription description() {
    return description;
  }

  @Override
  public void select(int from, int end) {
    selected.clear();
    selected.addAll(batches.subList(from, end));
  }

  @Override
  public Optional<FeatureBatch> next() {
    return Optional.ofNullable(selected.poll());
  }

  @Override
  public void close() {
    selected.clear();
  }
}
