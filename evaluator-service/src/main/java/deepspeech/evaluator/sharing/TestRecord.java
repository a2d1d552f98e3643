package deepspeech.evaluator.sharing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
 * @param publicationBegun true if any evaluator may have published some of the messages
 */
public record TestRecord(
    RunId run,
    CheckpointId checkpoint,
    String event,
    String data,
    @JsonProperty("left_out") int skipped,
    Instant begunAt,
    List<TestRange> ranges,
    String concludedBy,
    boolean publicationBegun) {
  public TestRecord {
    InvalidMessageException.require(begunAt != null, "begun_at", null, "a time in ISO 8601");
    ranges = List.copyOf(ranges);
  }

  /** True if none of these evaluators works on the test. */
  boolean isAbandoned(Set<String> others) {
    return !isConcluded(others) && ranges.stream().noneMatch(range -> range.isTaken(others));
  }

  /** True if an evaluator can take a range beside these others. */
  boolean isShareable(Set<String> others) {
    return !isConcluded(others) && ranges.stream().anyMatch(range -> range.isFree(others));
  }

  /** True if one of these evaluators publishes the outcome. */
  boolean isConcluded(Set<String> others) {
    return concludedBy != null && others.contains(concludedBy);
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
   *
   * @param others the other evaluators that live
   */
  TestRecord joinedBy(String evaluator, Set<String> others) {
    if (isConcluded(others)) {
      return this;
    }
    if (isComplete()) {
      return concluded(evaluator);
    }
    // An evaluator that had concluded an incomplete test could not publish its dead letter.
    TestRecord open = concludedBy == null ? this : concluded(null);
    if (open.takenBy(evaluator).isPresent()) {
      return open;
    }
    OptionalInt free = open.first(range -> range.isFree(others));
    return free.isPresent()
        ? open.changed(free.getAsInt(), range -> range.takenBy(evaluator))
        : open;
  }

  /**
   * Adds a result. If another evaluator has finished the same range, its equal result stays.
   *
   * @param samples number of transcripts to choose of the whole test; the record keeps no others
   */
  TestRecord finished(int number, TestCounts counts, int samples) {
    if (ranges.get(number).isFinished()) {
      return this;
    }
    TestRecord more = changed(number, range -> range.finished(counts));
    Set<SampleTranscript> chosen = Set.copyOf(more.sum(samples).samples());
    return more.with(more.ranges.stream().map(range -> range.retaining(chosen)).toList());
  }

  /** Gives back the range that an evaluator has taken and not finished, or the publication. */
  TestRecord leftBy(String evaluator) {
    TestRecord open = evaluator.equals(concludedBy) ? concluded(null) : this;
    OptionalInt taken = open.takenBy(evaluator);
    return taken.isPresent() ? open.changed(taken.getAsInt(), range -> range.takenBy(null)) : open;
  }

  /**
   * Makes an evaluator the one that publishes, unless another one does.
   *
   * @param others the other evaluators that live
   */
  TestRecord concludedBy(String evaluator, Set<String> others) {
    return isConcluded(others) ? this : concluded(evaluator);
  }

  /** This test with other ranges, because the test set has changed. */
  TestRecord replannedAs(TestRecord plan) {
    return new TestRecord(
        run,
        checkpoint,
        event,
        plan.data,
        plan.skipped,
        begunAt,
        plan.ranges,
        null,
        publicationBegun || concludedBy != null);
  }

  private TestRecord concluded(String evaluator) {
    return new TestRecord(
        run,
        checkpoint,
        event,
        data,
        skipped,
        begunAt,
        ranges,
        evaluator,
        publicationBegun || concludedBy != null);
  }

  private TestRecord with(List<TestRange> next) {
    return new TestRecord(
        run, checkpoint, event, data, skipped, begunAt, next, concludedBy, publicationBegun);
  }

  private TestRecord changed(int number, UnaryOperator<TestRange> change) {
    List<TestRange> next = new ArrayList<>(ranges);
    next.set(number, change.apply(next.get(number)));
    return with(next);
  }

  /**
   * The result of the test.
   *
   * @param samples number of transcripts to choose
   */
  TestCounts result(int samples) {
    TestCounts sum = sum(samples);
    return new TestCounts(sum.corpus(), sum.skipped() + skipped, sum.samples());
  }

  private TestCounts sum(int samples) {
    return TestCounts.sum(
        ranges.stream().map(TestRange::counts).filter(Objects::nonNull).toList(), samples);
  }
}
