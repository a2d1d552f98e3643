package deepspeech.evaluator.sharing;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.messages.features.DataSetDescription;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The test of one checkpoint as one of the evaluators sees it. Each evaluator takes one range after
 * the other. The one that finishes the last range publishes the result.
 *
 * <p>Not thread-safe.
 */
public final class SharedTest {
  private static final Logger LOG = LoggerFactory.getLogger(SharedTest.class);

  /** An evaluator that is suspended for less than this is still a member of the group. */
  private static final Duration TRUSTED = Duration.ofSeconds(5);

  private final TestRecords records;
  private final UntestedCheckpoint checkpoint;
  private final String evaluator;
  private final LivingEvaluators living;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private TestRecord record;
  private boolean begun;
  private boolean takenOver;
  private long checkedAt;

  SharedTest(
      TestRecords records,
      UntestedCheckpoint checkpoint,
      String evaluator,
      LivingEvaluators living,
      Clock clock,
      LongSupplier nanoTime) {
    this.records = records;
    this.checkpoint = checkpoint;
    this.evaluator = evaluator;
    this.living = living;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Begins the test, or takes a part in the test that other evaluators have begun.
   *
   * @param description of the test set
   * @param replacing true if results for another content of the test set are to be replaced
   * @return false if others test with another content of the test set
   */
  public boolean join(DataSetDescription description, boolean replacing)
      throws InterruptedException {
    TestPlan plan = TestPlan.of(description);
    Set<String> names = living.names();
    update(
        present -> {
          TestRecord joined = present.orElseGet(() -> planned(plan));
          if (!plan.data().equals(joined.data())) {
            if (!replacing || joined.isConcluded(names)) {
              return present;
            }
            joined = planned(plan);
          }
          return Optional.of(joined.joinedBy(evaluator, names));
        });
    return plan.data().equals(record.data());
  }

  private TestRecord planned(TestPlan plan) {
    return new TestRecord(
        checkpoint.checkpoint().run(),
        checkpoint.checkpoint().checkpoint(),
        checkpoint.event(),
        plan.data(),
        plan.skipped(),
        clock.instant(),
        plan.ranges(),
        null);
  }

  /** True if this evaluator has begun the test, rather than joined it. */
  public boolean hasBegun() {
    return begun;
  }

  /** The range that this evaluator has taken; empty if none is left for it. */
  public Optional<TestRange> range() {
    return record.takenBy(evaluator).stream().mapToObj(record.ranges()::get).findFirst();
  }

  /** Adds the result of the range that this evaluator has taken, and takes the next one. */
  public void finish(TestCounts result) throws InterruptedException {
    int number = record.takenBy(evaluator).orElseThrow();
    String data = record.data();
    Set<String> names = living.names();
    update(
        present ->
            present.map(
                now ->
                    data.equals(now.data())
                        ? now.finished(number, result).joinedBy(evaluator, names)
                        : now));
  }

  /** True if this evaluator has to publish the result, because all ranges are finished. */
  public boolean isMineToConclude() {
    return record != null && record.isComplete() && evaluator.equals(record.concludedBy());
  }

  /**
   * Makes this evaluator the one that publishes that the checkpoint cannot be tested.
   *
   * @return false if another evaluator publishes the outcome already
   */
  public boolean conclude() throws InterruptedException {
    Set<String> names = living.names();
    update(
        present ->
            Optional.of(
                present
                    .orElseGet(() -> planned(new TestPlan(null, 0, List.of())))
                    .concludedBy(evaluator, names)));
    return evaluator.equals(record.concludedBy());
  }

  /** True if another evaluator died while it published, so some messages may be published. */
  public boolean isTakenOver() {
    return takenOver;
  }

  /**
   * Checks before a publication that no other evaluator publishes meanwhile.
   *
   * @throws TestTakenOverException if one does
   */
  public void requireMine() {
    if (nanoTime.getAsLong() - checkedAt < TRUSTED.toNanos()) {
      return;
    }
    checkedAt = nanoTime.getAsLong();
    Optional<String> publisher = records.read(checkpoint).map(TestRecord::concludedBy);
    if (!publisher.equals(Optional.of(evaluator))) {
      throw new TestTakenOverException(
          "run %s %s: %s publishes the result"
              .formatted(
                  checkpoint.checkpoint().run(),
                  checkpoint.checkpoint().checkpoint(),
                  publisher.orElse("another evaluator")));
    }
  }

  /**
   * The result of the whole test.
   *
   * @param samples number of transcripts to choose
   */
  public TestCounts result(int samples) {
    return record.result(samples);
  }

  /** Start of the test. */
  public Instant begunAt() {
    return record.begunAt();
  }

  /** Leaves its unfinished range to other evaluators, because this one is delayed. */
  public void leave() {
    try {
      var unused = records.update(checkpoint, present -> present.map(now -> now.leftBy(evaluator)));
    } catch (CheckpointStoreException e) {
      LOG.info("the test is not left to other evaluators: {}", e.getMessage());
    }
  }

  /** Ends the test, once its outcome is published. */
  public void end() {
    try {
      records.delete(checkpoint);
    } catch (CheckpointStoreException e) {
      // The event is processed, so nobody reads the record any more.
      LOG.info("the record of a test stays until the run has ended: {}", e.getMessage());
    }
  }

  private void update(UnaryOperator<Optional<TestRecord>> change) {
    long start = nanoTime.getAsLong();
    Optional<TestRecord> now =
        records.update(
            checkpoint,
            present -> {
              Optional<TestRecord> next = change.apply(present);
              begun = present.isEmpty() && next.isPresent();
              takenOver =
                  next.map(TestRecord::concludedBy).filter(evaluator::equals).isPresent()
                      && present
                          .map(TestRecord::concludedBy)
                          .filter(by -> !by.equals(evaluator))
                          .isPresent();
              return next;
            });
    checkedAt = start;
    record = now.orElseThrow(() -> new TestTakenOverException("the test is over"));
  }
}
