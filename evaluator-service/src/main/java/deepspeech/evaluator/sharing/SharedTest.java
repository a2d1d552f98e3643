package deepspeech.evaluator.sharing;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.messages.features.DataSetDescription;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
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
   * Takes the conclusion of a test whose ranges are all finished, if no other evaluator has it.
   *
   * @return false if ranges are missing, so {@link #join} is next
   */
  public boolean isComplete() throws InterruptedException {
    Optional<Set<String>> others = others();
    Optional<TestRecord> now =
        update(
            present ->
                present.map(
                    test ->
                        test.isComplete() && others.isPresent()
                            ? test.joinedBy(evaluator, others.get())
                            : test));
    return now.filter(TestRecord::isComplete).isPresent();
  }

  /**
   * Begins the test, or takes a part in the test that other evaluators have begun. An evaluator
   * that is not a member of the group at the moment takes nothing.
   *
   * @param description of the test set
   * @param replacing true if results for another content of the test set are to be replaced
   * @return false if others test with another content of the test set
   */
  public boolean join(DataSetDescription description, boolean replacing)
      throws InterruptedException {
    TestRecord plan = planned(TestPlan.of(description));
    Optional<Set<String>> others = others();
    if (others.isEmpty()) {
      return true;
    }
    update(
        present -> {
          TestRecord joined = present.orElse(plan);
          if (!plan.data().equals(joined.data())) {
            if (!replacing || joined.isConcluded(others.get())) {
              return present;
            }
            joined = joined.replannedAs(plan);
          }
          return Optional.of(joined.joinedBy(evaluator, others.get()));
        });
    return plan.data().equals(record.data());
  }

  /** The other evaluators that live; empty if this one does not count as living. */
  private Optional<Set<String>> others() throws InterruptedException {
    Set<String> others = new HashSet<>(living.names());
    return others.remove(evaluator) ? Optional.of(others) : Optional.empty();
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
        null,
        false);
  }

  /** The range that this evaluator has taken; empty if none is left for it. */
  public Optional<TestRange> range() {
    return record == null
        ? Optional.empty()
        : record.takenBy(evaluator).stream().mapToObj(record.ranges()::get).findFirst();
  }

  /**
   * Adds the result of the range that this evaluator has taken, and takes the next one.
   *
   * @param samples number of transcripts to choose of the whole test
   */
  public void finish(TestCounts result, int samples) throws InterruptedException {
    int number = record.takenBy(evaluator).orElseThrow();
    String data = record.data();
    Optional<Set<String>> others = others();
    update(
        present ->
            present
                .map(now -> data.equals(now.data()) ? now.finished(number, result, samples) : now)
                .map(now -> others.isEmpty() ? now : now.joinedBy(evaluator, others.get())));
    if (record == null) {
      throw new TestTakenOverException("the test is over");
    }
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
    Optional<Set<String>> others = others();
    if (others.isEmpty()) {
      return false;
    }
    update(
        present ->
            Optional.of(
                present
                    .orElseGet(() -> planned(new TestPlan(null, 0, List.of())))
                    .concludedBy(evaluator, others.get())));
    return evaluator.equals(record.concludedBy());
  }

  /** True if an earlier attempt to publish, of any evaluator, may have published some messages. */
  public boolean isPublicationBegun() {
    return record.publicationBegun();
  }

  /**
   * Checks before a publication that no other evaluator publishes meanwhile.
   *
   * @throws TestTakenOverException if one does, or may do so because this one is not in the group
   */
  public void requireMine() throws InterruptedException {
    if (nanoTime.getAsLong() - checkedAt < TRUSTED.toNanos()) {
      return;
    }
    checkedAt = nanoTime.getAsLong();
    Optional<String> publisher = records.read(checkpoint).map(TestRecord::concludedBy);
    if (!publisher.equals(Optional.of(evaluator)) || others().isEmpty()) {
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

  /**
   * Leaves its unfinished range, or the publication of the result, to other evaluators, because
   * this one is delayed.
   */
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

  private Optional<TestRecord> update(UnaryOperator<Optional<TestRecord>> change) {
    long start = nanoTime.getAsLong();
    Optional<TestRecord> now = records.update(checkpoint, change);
    checkedAt = start;
    record = now.orElse(null);
    return now;
  }
}
