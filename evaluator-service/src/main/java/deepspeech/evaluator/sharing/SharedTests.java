package deepspeech.evaluator.sharing;

import deepspeech.evaluator.backlog.UntestedCheckpoint;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** The tests of all checkpoints as one of the evaluators sees them. */
public final class SharedTests {
  private final TestRecords records;
  private final String evaluator;
  private final LivingEvaluators living;
  private final Clock clock;
  private final LongSupplier nanoTime;

  /**
   * Creates the view of an evaluator.
   *
   * @param evaluator its name, which no other process ever has
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public SharedTests(
      TestRecords records,
      String evaluator,
      LivingEvaluators living,
      Clock clock,
      LongSupplier nanoTime) {
    this.records = records;
    this.evaluator = evaluator;
    this.living = living;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** The test of a checkpoint. */
  public SharedTest of(UntestedCheckpoint checkpoint) {
    return new SharedTest(records, checkpoint, evaluator, living, clock, nanoTime);
  }

  /**
   * Chooses what this evaluator does next: the first checkpoint that no other evaluator tests, or
   * else the first one whose test has a range left.
   *
   * @param order the untested checkpoints in the order in which they are to be tested
   * @return empty if others do all that is to do, or if this evaluator does not count as living yet
   */
  public Optional<UntestedCheckpoint> next(List<UntestedCheckpoint> order)
      throws InterruptedException {
    if (order.isEmpty()) {
      return Optional.empty();
    }
    Set<String> others = new HashSet<>(living.names());
    if (!others.remove(evaluator)) {
      return Optional.empty();
    }
    UntestedCheckpoint shareable = null;
    for (UntestedCheckpoint checkpoint : order) {
      Optional<TestRecord> record = records.read(checkpoint);
      if (record.isEmpty() || record.get().isAbandoned(others)) {
        return Optional.of(checkpoint);
      }
      if (shareable == null && record.get().isShareable(others)) {
        shareable = checkpoint;
      }
    }
    return Optional.ofNullable(shareable);
  }
}
