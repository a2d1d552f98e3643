package deepspeech.evaluator.sharing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What the evaluators share of the test of one checkpoint: who has taken which range of the test
 * set, the results of the ranges, and who publishes the result. It is kept in the store while the
 * checkpoint is tested. The ranges of evaluators that do not live any more are free again.
 *
 * @param event {@code ce_id} of the checkpoint's event
 * @param data fingerprint of the test set; null if the set was not described
 * @param skipped number of utterances of the test set that are in no batch
 * @param begunAt start of the test
 * @param ranges the parts of the test set; empty if the set was not described
 * @param concludedBy name of the evaluator that publishes the result or the dead letter; null while
 *     a result is missing
 */
public record TestRecord(
    RunId run,
    CheckpointId checkpoint,
    String event,
    String data,
    @JsonProperty("left_out") int skipped,
    Instant begunAt,
    List<TestRange> ranges,
    String concludedBy) {
  public TestRecord {
    InvalidMessageException.require(begunAt != null, "begun_at", null, "a time in ISO 8601");
    ranges = List.copyOf(ranges);
  }

  /** True if no evaluator that lives works on the test. */
  boolean isAbandoned(Set<String> living) {
    return !isConcluded(living) && ranges.stream().noneMatch(range -> range.isTaken(living));
  }

  /** True if a further evaluator can take a range. */
  boolean isShareable(Set<String> living) {
    return !isConcluded(living) && ranges.stream().anyMatch(range -> range.isFree(living));
  }

  /** True if an evaluator that lives publishes the outcome. */
  boolean isConcluded(Set<String> living) {
    return concludedBy != null && living.contains(concludedBy);
  }

  @JsonIgnore
  boolean isComplete() {
    return data != null && ranges.stream().allMatch(TestRange::isFinished);
  }

  /** The number of the range that an evaluator has taken and not finished. */
  OptionalInt takenBy(String evaluator) {
    return first(range -> !range.isFinished() && evaluator.equals(range.evaluator()));
  }

  private OptionalInt first(Predicate<TestRange> wanted) {
    return IntStream.range(0, ranges.size()).filter(i -> wanted.test(ranges.get(i))).findFirst();
  }

  /**
   * Gives an evaluator something to do: the first free range, or the conclusion if all ranges are
   * finished. Changes nothing if it has taken a range already, or if all are taken by others.
   */
  TestRecord joinedBy(String evaluator, Set<String> living) {
    if (isConcluded(living) || takenBy(evaluator).isPresent()) {
      return this;
    }
    if (isComplete()) {
      return concludedBy(evaluator);
    }
    OptionalInt free = first(range -> range.isFree(living));
    return free.isPresent() ? changed(free.getAsInt(), range -> range.takenBy(evaluator)) : this;
  }

  /** Adds a result. If another evaluator has finished the same range, its equal result stays. */
  TestRecord finished(int number, TestCounts result) {
    return ranges.get(number).isFinished()
        ? this
        : changed(number, range -> range.finished(result));
  }

  /** Gives back the range that an evaluator has taken and not finished. */
  TestRecord leftBy(String evaluator) {
    OptionalInt taken = takenBy(evaluator);
    return taken.isPresent() ? changed(taken.getAsInt(), range -> range.takenBy(null)) : this;
  }

  /** Makes an evaluator the one that publishes, unless another one that lives does. */
  TestRecord concludedBy(String evaluator, Set<String> living) {
    return isConcluded(living) ? this : concludedBy(evaluator);
  }

  private TestRecord concludedBy(String evaluator) {
    return new TestRecord(run, checkpoint, event, data, skipped, begunAt, ranges, evaluator);
  }

  private TestRecord changed(int number, UnaryOperator<TestRange> change) {
    List<TestRange> next = new ArrayList<>(ranges);
    next.set(number, change.apply(next.get(number)));
    return new TestRecord(run, checkpoint, event, data, skipped, begunAt, next, concludedBy);
  }

  /**
   * The result of the test.
   *
   * @param samples number of transcripts to choose
   */
  TestCounts result(int samples) {
    TestCounts sum = TestCounts.sum(ranges.stream().map(TestRange::counts).toList(), samples);
    return new TestCounts(sum.corpus(), sum.skipped() + skipped, sum.samples());
  }
}
