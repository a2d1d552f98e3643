package deepspeech.evaluator.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.evaluator.scoring.CorpusCounts;
import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.evaluator.scoring.UnitCounts;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.Split;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedTestsTest {
  private static final UntestedCheckpoint FIRST = untested("e1", 1);
  private static final UntestedCheckpoint SECOND = untested("e2", 2);

  private final InMemoryTestRecords records = new InMemoryTestRecords();
  private final Set<String> living = new HashSet<>(Set.of("a", "b", "c"));
  private long nanoTime;

  @Test
  void eachEvaluatorTakesTheFirstCheckpointThatNoOtherOneTests() throws Exception {
    // Given
    List<UntestedCheckpoint> order = List.of(FIRST, SECOND);

    // When
    assertThat(of("a").next(order)).contains(FIRST);
    begin("a", FIRST);

    // Then
    assertThat(of("b").next(order)).contains(SECOND);

    // When
    begin("b", SECOND);

    // Then: both are under test, so a third evaluator takes a range of the first
    assertThat(of("c").next(order)).contains(FIRST);
  }

  @Test
  void anEvaluatorThatIsNoMemberOfTheGroupYetTakesNothing() throws Exception {
    assertThat(of("new").next(List.of(FIRST))).isEmpty();
  }

  @Test
  void aTestOfWhichEveryRangeIsTakenIsLeftToThoseThatHaveThem() throws Exception {
    // Given: 8 batches are 2 ranges
    join("a", FIRST, 8);
    join("b", FIRST, 8);

    // When, Then
    assertThat(of("c").next(List.of(FIRST))).isEmpty();
  }

  @Test
  void theRangesAreSharedAndTheLastOneThatFinishesConcludesWithTheSumOfAll() throws Exception {
    // Given: 10 batches are the ranges 0 to 4, 4 to 8 and 8 to 10
    SharedTest a = join("a", FIRST, 10);
    SharedTest b = join("b", FIRST, 10);
    List<TestRange> taken = new ArrayList<>(List.of(a.range().get(), b.range().get()));

    // When
    b.finish(counts(2, 7), 2);
    taken.add(b.range().get());
    b.finish(counts(3, 5), 2);
    boolean early = b.isMineToConclude();
    a.finish(counts(1, 8), 2);

    // Then
    assertThat(taken).extracting(TestRange::from).containsExactly(0, 4, 8);
    assertThat(taken).extracting(TestRange::end).containsExactly(4, 8, 10);
    assertThat(early).isFalse();
    assertThat(a.isMineToConclude()).isTrue();
    assertThat(b.range()).isEmpty();
    TestCounts result = a.result(2);
    assertThat(result.corpus().characters()).isEqualTo(new UnitCounts(new EditCounts(6, 0, 0), 30));
    assertThat(result.corpus().utterances()).isEqualTo(3);
    assertThat(result.skipped()).as("3 of batches, 4 of none").isEqualTo(7);
    assertThat(result.samples()).hasSize(2);
  }

  @Test
  void theRangesDependOnTheTestSetAlone() {
    // When
    List<TestRange> ranges = TestPlan.of(description(225)).ranges();

    // Then
    assertThat(ranges).hasSize(15).allMatch(range -> range.end() - range.from() == 15);
    assertThat(TestPlan.of(description(3)).ranges()).hasSize(1);
  }

  @Test
  void theRangeOfAnEvaluatorThatDiedIsTakenByAnotherOne() throws Exception {
    // Given
    join("a", FIRST, 8);
    SharedTest b = join("b", FIRST, 8);
    b.finish(counts(1, 1), 2);
    assertThat(b.range()).isEmpty();

    // When
    living.remove("a");
    SharedTest again = join("b", FIRST, 8);

    // Then
    assertThat(again.range().orElseThrow().from()).isZero();
    again.finish(counts(2, 2), 2);
    assertThat(again.isMineToConclude()).isTrue();
    assertThat(again.isPublicationBegun()).isFalse();
  }

  @Test
  void aTestWhoseEvaluatorDiedComesBeforeTheNextCheckpoint() throws Exception {
    // Given
    begin("a", FIRST);

    // When
    living.remove("a");

    // Then
    assertThat(of("b").next(List.of(FIRST, SECOND))).contains(FIRST);
  }

  @Test
  void theConclusionOfAnEvaluatorThatDiedIsTakenOver() throws Exception {
    // Given
    SharedTest a = join("a", FIRST, 1);
    a.finish(counts(1, 1), 2);
    assertThat(of("b").next(List.of(FIRST))).isEmpty();

    // When
    living.remove("a");
    assertThat(of("b").next(List.of(FIRST))).contains(FIRST);
    SharedTest b = of("b").of(FIRST);

    // Then
    assertThat(b.isComplete()).as("without the test set").isTrue();
    assertThat(b.isMineToConclude()).isTrue();
    assertThat(b.isPublicationBegun()).isTrue();
  }

  @Test
  void anEvaluatorThatWasSuspendedFindsBeforeItPublishesThatAnotherOneDoes() throws Exception {
    // Given
    SharedTest a = join("a", FIRST, 1);
    a.finish(counts(1, 1), 2);
    living.remove("a");
    join("b", FIRST, 1);

    // When
    nanoTime += Duration.ofSeconds(12).toNanos();

    // Then
    assertThatThrownBy(a::requireMine)
        .isInstanceOf(TestTakenOverException.class)
        .hasMessage("run demo epoch-0001: b publishes the result");
  }

  @Test
  void anEvaluatorThatWasSuspendedUntilTheTestWasOverStops() throws Exception {
    // Given
    SharedTest a = join("a", FIRST, 1);

    // When
    records.delete(FIRST);

    // Then
    assertThatThrownBy(() -> a.finish(counts(1, 1), 2)).isInstanceOf(TestTakenOverException.class);
    assertThat(records.isEmpty()).isTrue();
  }

  @Test
  void aDelayedEvaluatorLeavesItsRangeToOthers() throws Exception {
    // Given
    SharedTest a = join("a", FIRST, 1);
    assertThat(of("b").next(List.of(FIRST))).isEmpty();

    // When
    a.leave();

    // Then
    assertThat(of("b").next(List.of(FIRST))).contains(FIRST);
  }

  @Test
  void resultsForAnotherContentOfTheTestSetAreReplacedOnlyByOneWhoHasJustDescribedIt()
      throws Exception {
    // Given
    join("a", FIRST, 8).finish(counts(1, 1), 2);
    SharedTest b = of("b").of(FIRST);

    // When
    boolean joined = b.join(description("changed", 8), false);
    boolean replaced = b.join(description("changed", 8), true);

    // Then
    assertThat(joined).isFalse();
    assertThat(replaced).isTrue();
    assertThat(b.range().orElseThrow().from()).isZero();
    assertThat(of("a").of(FIRST).join(description(8), false)).isFalse();
  }

  @Test
  void onlyOneEvaluatorPublishesThatACheckpointCannotBeTested() throws Exception {
    // Given
    SharedTest a = join("a", FIRST, 8);
    SharedTest b = join("b", FIRST, 8);

    // When, Then
    assertThat(b.conclude()).isTrue();
    assertThat(a.conclude()).isFalse();
    assertThat(of("c").next(List.of(FIRST))).isEmpty();
    assertThat(of("c").of(SECOND).conclude()).as("before the set was described").isTrue();
  }

  @Test
  void aRetryKnowsThatSomeMessagesMayBePublished() throws Exception {
    // Given
    SharedTest first = join("a", FIRST, 1);
    first.finish(counts(1, 1), 2);
    assertThat(first.isMineToConclude()).isTrue();
    assertThat(first.isPublicationBegun()).isFalse();

    // When
    SharedTest retry = of("a").of(FIRST);
    assertThat(of("a").next(List.of(FIRST))).contains(FIRST);

    // Then
    assertThat(retry.isComplete()).isTrue();
    assertThat(retry.isMineToConclude()).isTrue();
    assertThat(retry.isPublicationBegun()).isTrue();
  }

  @Test
  void aTestWhoseDeadLetterCouldNotBePublishedGoesOnIfTheCheckpointCanBeTestedAfterAll()
      throws Exception {
    // Given
    assertThat(join("a", FIRST, 8).conclude()).isTrue();
    assertThat(of("a").of(SECOND).conclude()).isTrue();

    // When
    SharedTest first = join("a", FIRST, 8);
    SharedTest second = of("a").of(SECOND);
    boolean same = second.join(description(8), false);
    boolean replaced = second.join(description(8), true);

    // Then
    assertThat(first.range()).isPresent();
    assertThat(of("b").next(List.of(FIRST))).contains(FIRST);
    assertThat(same).isFalse();
    assertThat(replaced).isTrue();
    assertThat(second.range()).isPresent();
  }

  @Test
  void anEvaluatorThatIsNoMemberAnyMoreTakesNothingMore() throws Exception {
    // Given
    SharedTest a = join("a", FIRST, 8);

    // When
    living.remove("a");
    a.finish(counts(1, 1), 2);

    // Then
    assertThat(a.range()).isEmpty();
    assertThat(a.conclude()).isFalse();
    assertThat(join("b", FIRST, 8).range().orElseThrow().from()).isEqualTo(4);
  }

  @Test
  void theRecordKeepsOnlyTheTranscriptsThatAreShown() throws Exception {
    // Given
    SharedTest a = join("a", FIRST, 16);

    // When
    for (int line = 1; line <= 4; line++) {
      a.finish(counts(1, line), 2);
    }

    // Then
    assertThat(
            records.read(FIRST).orElseThrow().ranges().stream()
                .mapToInt(range -> range.counts().samples().size())
                .sum())
        .isEqualTo(2);
    assertThat(a.result(2).samples()).hasSize(2);
  }

  private SharedTests of(String evaluator) {
    return new SharedTests(
        records,
        evaluator,
        () -> Set.copyOf(living),
        Clock.fixed(TestData.TIME, ZoneOffset.UTC),
        () -> nanoTime);
  }

  private void begin(String evaluator, UntestedCheckpoint checkpoint) throws InterruptedException {
    join(evaluator, checkpoint, 100);
  }

  private SharedTest join(String evaluator, UntestedCheckpoint checkpoint, int batches)
      throws InterruptedException {
    SharedTest test = of(evaluator).of(checkpoint);
    assertThat(test.join(description(batches), false)).isTrue();
    return test;
  }

  private static UntestedCheckpoint untested(String event, int epoch) {
    return new UntestedCheckpoint(event, TestData.checkpoint(epoch), Context.root());
  }

  private static TestCounts counts(int edits, int line) {
    return new TestCounts(
        new CorpusCounts(
            new UnitCounts(new EditCounts(edits, 0, 0), 10), UnitCounts.NONE, false, 1),
        1,
        List.of(new SampleTranscript(line, "a", "b", 1)));
  }

  private static DataSetDescription description(int batches) {
    return description(TestData.FINGERPRINT, batches);
  }

  private static DataSetDescription description(String fingerprint, int batches) {
    return new DataSetDescription(
        TestData.RUN,
        Split.TEST,
        "r",
        new DataSetVersion(fingerprint, Map.of()),
        new UtteranceCounts(4, Map.of(SkipReason.TOO_LONG, 4), 0),
        new PlannedBatches(new int[] {batches}, new BatchShape(2, 100, 4)),
        List.of(),
        TestData.VOCABULARY,
        new FeatureStatistics(new double[161], new double[161], new byte[0]));
  }
}
