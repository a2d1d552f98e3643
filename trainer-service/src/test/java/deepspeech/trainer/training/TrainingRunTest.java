package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.acoustic.model.BatchResult;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.StepResult;
import deepspeech.acoustic.optimizer.CountedResults;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.Position;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRunTest {
  private static final RunId RUN = new RunId("run");
  private static final int[] BATCHES = {5, 4, 5};

  /**
   * Of 14 batches in 3 epochs; a rise in four steps ends with the rate with which a cosine begins.
   */
  private static final Map<String, Integer> DIFFERENT_RATES =
      Map.of("exponential", 3, "constant", 1, "warmup_cosine", 13, "noam", 14);

  private final List<String> trained = new ArrayList<>();

  /** The batches of each step, such as 1/0+1/1. */
  private final List<String> steps = new ArrayList<>();

  private final List<Double> learningRates = new ArrayList<>();
  private final List<TrainingState> committed = new ArrayList<>();
  private final List<StepReport> reports = new ArrayList<>();
  private final List<Map<SkipReason, Integer>> skipped = new ArrayList<>();

  /** For each batch, the next one that the model could prepare. */
  private final List<String> offered = new ArrayList<>();

  /** The position after each skipped batch, and the number in a row. */
  private final List<String> skippedInARow = new ArrayList<>();

  private final Map<SkipReason, Integer> skippedInManifest = new EnumMap<>(SkipReason.class);
  private List<SkippedUtterance> skippedInEachBatch = List.of();
  private final StopSignal stop = new StopSignal();
  private int utterances = 2;
  private boolean overflows;
  private int trainedBeforeFinite = -1;
  private boolean finite = true;

  /** Batches that are not finite, such as 1/0. */
  private Set<String> notFinite = Set.of();

  /** False if the sum of gradients is not finite. */
  private boolean sumIsFinite = true;

  /** A batch that cannot be received, such as 1/0. */
  private String failsAt = "";

  private int discarded;

  /** Batches without utterances. */
  private Set<String> empty = Set.of();

  private int[] batches = BATCHES;

  /** Test results by epoch; no other one is awaited. */
  private Map<Integer, Double> cers = Map.of();

  @Test
  void everyBatchOfEveryEpochIsTrainedOnOnceAndInOrder() throws Exception {
    // When
    TrainingRun.Outcome outcome = run(Map.of(), Optional.empty()).train();

    // Then
    assertThat(outcome).isEqualTo(TrainingRun.Outcome.FINISHED);
    assertThat(trained)
        .containsExactly(
            "1/0", "1/1", "1/2", "1/3", "1/4", "2/0", "2/1", "2/2", "2/3", "3/0", "3/1", "3/2",
            "3/3", "3/4");
  }

  @Test
  void theModelIsOfferedTheNextBatchIfThatHasUtterances() throws Exception {
    // Given
    batches = new int[] {3, 2};
    empty = Set.of("1/2");

    // When
    run(Map.of("num_epoch", 2), Optional.empty()).train();

    // Then
    assertThat(trained).containsExactly("1/0", "1/1", "2/0", "2/1");
    assertThat(offered).containsExactly("1/1", "-", "2/1", "-");
  }

  @Test
  void checkpointsAreMadeAtTheEndOfEachEpochAndAtEveryIntervalInside() throws Exception {
    // When
    run(Map.of("checkpoint_interval", 2), Optional.empty()).train();

    // Then
    assertThat(committed)
        .extracting(state -> state.checkpoint().toString())
        .containsExactly(
            "epoch-0001-batch-000002",
            "epoch-0001-batch-000004",
            "epoch-0001",
            "epoch-0002-batch-000002",
            "epoch-0002",
            "epoch-0003-batch-000002",
            "epoch-0003-batch-000004",
            "epoch-0003");
  }

  @Test
  void aRunThatIsStoppedAndResumedTrainsOnExactlyTheBatchesOfAnUninterruptedOne() throws Exception {
    // Given
    run(Map.of(), Optional.empty()).train();
    List<String> uninterrupted = List.copyOf(trained);
    trained.clear();
    committed.clear();

    // When
    TrainingRun first = run(Map.of(), Optional.empty(), "2/1");
    assertThat(first.train()).isEqualTo(TrainingRun.Outcome.INTERRUPTED);
    TrainingState state = committed.get(committed.size() - 1);
    assertThat(state.checkpoint()).isEqualTo(new CheckpointId(2, 2));
    TrainingRun.Outcome outcome = run(Map.of(), Optional.of(state), "", new StopSignal()).train();

    // Then
    assertThat(outcome).isEqualTo(TrainingRun.Outcome.FINISHED);
    assertThat(trained).isEqualTo(uninterrupted);
    assertThat(committed.get(committed.size() - 1).step()).isEqualTo(14);
  }

  @Test
  void theLearningRateFallsByTheManualsFactorFromEpochToEpoch() throws Exception {
    // When
    run(Map.of("learning_rate", 0.001), Optional.empty()).train();

    // Then
    assertThat(learningRates.get(0)).isEqualTo(0.001);
    assertThat(learningRates.get(5)).isEqualTo(0.00083);
    assertThat(learningRates.get(13)).isCloseTo(0.001 * 0.83 * 0.83, within(1e-15));
  }

  /** Stopped in the rise, and in the fall. */
  @ParameterizedTest
  @CsvSource({
    "exponential, 2/1",
    "constant, 2/1",
    "warmup_cosine, 1/2",
    "warmup_cosine, 2/1",
    "noam, 1/2",
    "noam, 2/3"
  })
  void aRunThatIsStoppedAndResumedHasTheLearningRatesOfAnUninterruptedOne(
      String schedule, String stopAfter) throws Exception {
    // Given
    Map<String, Object> given = Map.of("learning_rate_schedule", schedule, "warmup_steps", 4);
    run(given, Optional.empty()).train();
    List<Double> uninterrupted = List.copyOf(learningRates);
    learningRates.clear();
    committed.clear();

    // When
    run(given, Optional.empty(), stopAfter).train();
    TrainingState state =
        Json.read(Json.write(committed.get(committed.size() - 1)), TrainingState.class);
    TrainingConfiguration configuration = state.configuration();
    run(configuration.asMap(), Optional.of(state), "", new StopSignal()).train();

    // Then
    assertThat(learningRates).isEqualTo(uninterrupted);
    assertThat(Set.copyOf(learningRates)).hasSize(DIFFERENT_RATES.get(schedule));
  }

  @Test
  void aLineOfProgressIsReportedEveryLogIntervalFromTheFirstBatchOn() throws Exception {
    // When
    run(Map.of("log_interval", 2), Optional.empty()).train();

    // Then
    assertThat(reports)
        .extracting(report -> report.line().epoch() + "/" + report.line().batch())
        .containsExactly("1/0", "1/2", "1/4", "2/0", "2/2", "3/0", "3/2", "3/4");
    assertThat(reports.get(1).position()).isEqualTo(new Position(1, 3, 5, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void tenBatchesInARowThatAreNotFiniteFailTheRun(int accumulated) {
    // Given
    finite = false;
    batches = new int[] {5, 4, 9};

    // Then
    assertThatThrownBy(
            () -> run(Map.of("accumulate_batches", accumulated), Optional.empty()).train())
        .isInstanceOf(RunFailedException.class)
        .hasMessage(
            "epoch 3, batch 0: loss or gradient was not finite 10 times in a row; try a smaller"
                + " learning_rate than 1.0E-4");
    assertThat(committed).hasSize(2).allSatisfy(state -> assertThat(state.step()).isZero());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1/2", "1/3"})
  void aFailureInsideAStepDiscardsItsBatches(String failing) {
    // Given
    failsAt = failing;

    // When
    var thrown =
        assertThatThrownBy(() -> run(Map.of("accumulate_batches", 4), Optional.empty()).train());

    // Then
    thrown.hasMessage("batch " + failing + " is lost");
    assertThat(discarded).isEqualTo(1);
  }

  @Test
  void batchesInARowOfAnEpochMakeAStepAndTheLastStepOfAnEpochMayHaveFewer() throws Exception {
    // When
    run(Map.of("accumulate_batches", 2), Optional.empty()).train();

    // Then
    assertThat(steps)
        .containsExactly(
            "1/0+1/1", "1/2+1/3", "1/4", "2/0+2/1", "2/2+2/3", "3/0+3/1", "3/2+3/3", "3/4");
    assertThat(committed)
        .extracting(state -> state.checkpoint() + " " + state.step())
        .containsExactly("epoch-0001 3", "epoch-0002 5", "epoch-0003 8");
  }

  @Test
  void aCheckpointThatIsDueInsideAStepIsMadeAtItsEnd() throws Exception {
    // When
    run(Map.of("accumulate_batches", 2, "checkpoint_interval", 3), Optional.empty()).train();

    // Then
    assertThat(committed)
        .extracting(state -> state.checkpoint().toString())
        .containsExactly(
            "epoch-0001-batch-000004",
            "epoch-0001",
            "epoch-0002",
            "epoch-0003-batch-000004",
            "epoch-0003");
  }

  @Test
  void aLineOfProgressThatIsDueInsideAStepIsReportedAtItsEnd() throws Exception {
    // Given
    batches = new int[] {10, 12, 1};

    // When
    run(Map.of("accumulate_batches", 4, "log_interval", 5), Optional.empty()).train();

    // Then
    assertThat(reports)
        .extracting(report -> report.line().epoch() + "/" + report.line().batch())
        .containsExactly("1/3", "1/7", "2/3", "2/7", "2/11", "3/0");
    assertThat(reports.get(1).position()).isEqualTo(new Position(1, 8, 10, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1/2, epoch-0001-batch-000002",
    "2, 1/3, epoch-0001-batch-000004",
    "2, 3/0, epoch-0002",
    "3, 1/3, epoch-0001-batch-000003",
    "3, 2/1, epoch-0001",
    "100, 1/3, ''"
  })
  void aStopInsideAStepDropsItsBatchesAndTheResumedRunTakesTheStepsOfAnUninterruptedOne(
      int accumulated, String stopAfter, String position) throws Exception {
    // Given
    skippedInEachBatch = List.of(new SkippedUtterance(7, "a.wav", SkipReason.SILENT, "silent"));
    Map<String, Object> given = Map.of("accumulate_batches", accumulated);
    run(Map.of("accumulate_batches", accumulated, "checkpoint_interval", 1), Optional.empty())
        .train();
    List<String> uninterrupted = List.copyOf(steps);
    List<TrainingState> whole = List.copyOf(committed);
    steps.clear();
    committed.clear();

    // When
    TrainingRun stopped = run(given, Optional.empty(), stopAfter);
    TrainingRun.Outcome outcome = stopped.train();
    Optional<TrainingState> last = committed.stream().reduce((first, second) -> second);
    run(given, last, "", new StopSignal()).train();

    // Then
    assertThat(outcome).isEqualTo(TrainingRun.Outcome.INTERRUPTED);
    assertThat(last.map(state -> state.checkpoint().toString()).orElse("")).isEqualTo(position);
    assertThat(stopped.position().batch()).isEqualTo(last.map(TrainingState::nextBatch).orElse(0));
    assertThat(last.map(TrainingState::counters))
        .isEqualTo(
            whole.stream()
                .filter(state -> state.checkpoint().toString().equals(position))
                .map(TrainingState::counters)
                .findFirst());
    assertThat(steps).isEqualTo(uninterrupted);
    assertThat(committed.get(committed.size() - 1).counters())
        .isEqualTo(whole.get(whole.size() - 1).counters());
  }

  @Test
  void aRunThatResumesWithAnotherNumberOfBatchesHasTheGroupsOfItsEpochFromThereOn()
      throws Exception {
    // Given
    run(Map.of("accumulate_batches", 3), Optional.empty(), "1/3").train();
    TrainingState state = committed.get(committed.size() - 1);
    steps.clear();

    // When
    run(Map.of("accumulate_batches", 2), Optional.of(state), "", new StopSignal()).train();

    // Then
    assertThat(state.checkpoint()).isEqualTo(new CheckpointId(1, 3));
    assertThat(steps).startsWith("1/3", "1/4", "2/0+2/1");
    assertThat(committed.get(committed.size() - 1).step()).isEqualTo(1 + 2 + 2 + 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exponential", "warmup_cosine", "noam"})
  void theLearningRatesAreThoseOfARunWithAsManyBatchesAsSteps(String schedule) throws Exception {
    // Given
    Map<String, Object> given = Map.of("learning_rate_schedule", schedule, "warmup_steps", 3);
    Map<String, Object> accumulated = new HashMap<>(given);
    accumulated.put("accumulate_batches", 2);
    run(accumulated, Optional.empty()).train();
    List<Double> ofGroups = List.copyOf(learningRates);
    learningRates.clear();

    // When
    batches = new int[] {3, 2, 3};
    run(given, Optional.empty()).train();

    // Then
    assertThat(ofGroups).isEqualTo(learningRates).hasSize(8);
  }

  @Test
  void batchesThatAreNotFiniteAreCountedAndTheStepIsTakenWithTheOthers() throws Exception {
    // Given
    notFinite = Set.of("1/0", "1/3", "2/0", "2/1", "2/2");

    // When
    run(Map.of("accumulate_batches", 2), Optional.empty()).train();

    // Then
    assertThat(steps).containsExactly("1/1", "1/2", "1/4", "", "2/3", "3/0+3/1", "3/2+3/3", "3/4");
    TrainingCounters counters = committed.get(committed.size() - 1).counters();
    assertThat(counters.step()).isEqualTo(7);
    assertThat(counters.skippedSteps()).isEqualTo(5);
    assertThat(skippedInARow).containsExactly("1/1 1", "1/4 1", "2/1 1", "2/2 2", "2/3 3");
  }

  @Test
  void aStepWhoseSumIsNotFiniteCountsAllItsBatchesAsSkipped() {
    // Given
    sumIsFinite = false;

    // Then
    assertThatThrownBy(() -> run(Map.of("accumulate_batches", 2), Optional.empty()).train())
        .isInstanceOf(RunFailedException.class)
        .hasMessageStartingWith(
            "epoch 3, batch 1: loss or gradient was not finite 11 times in a row");
    assertThat(skippedInARow)
        .containsExactly("1/2 2", "1/4 4", "1/5 5", "2/2 7", "2/4 9", "3/2 11");
    assertThat(committed)
        .extracting(state -> state.counters().skippedSteps())
        .containsExactly(5L, 9L);
  }

  @Test
  void aStepIsTakenAlsoIfItsLastBatchHasNoUtteranceButNotIfNoneHas() throws Exception {
    // Given
    empty = Set.of("1/1", "2/2", "2/3", "3/0");

    // When
    run(Map.of("accumulate_batches", 2), Optional.empty()).train();

    // Then
    assertThat(steps).containsExactly("1/0", "1/2+1/3", "1/4", "2/0+2/1", "3/1", "3/2+3/3", "3/4");
  }

  @Test
  void stepsThatAreSkippedToFindTheScaleOfTheLossDoNotFailTheRun() throws Exception {
    // Given
    finite = false;
    overflows = true;
    trainedBeforeFinite = 13;

    // When
    TrainingRun.Outcome outcome = run(Map.of("num_epoch", 3), Optional.empty()).train();

    // Then
    assertThat(outcome.finished()).isTrue();
    TrainingCounters counters = committed.get(committed.size() - 1).counters();
    assertThat(counters.skippedSteps()).isEqualTo(13);
    assertThat(counters.skippedInARow()).isZero();
    assertThat(counters.step()).isEqualTo(trained.size() - 13);
  }

  @Test
  void aRunAllOfWhoseStepsWereSkippedHasFailedAlsoIfTheyAreFew() {
    // Given
    finite = false;

    // Then
    assertThatThrownBy(() -> run(Map.of("num_epoch", 2), Optional.empty()).train())
        .isInstanceOf(RunFailedException.class)
        .hasMessage(
            "nothing was trained: all 9 batches were skipped, because loss or gradient was not"
                + " finite; try a smaller learning_rate than 1.0E-4");
    assertThat(steps).hasSize(9);
    assertThat(committed)
        .extracting(state -> state.checkpoint().toString())
        .containsExactly("epoch-0001");
  }

  @Test
  void anEpochWithoutAnyUsableUtteranceFailsTheRun() {
    // Given
    utterances = 0;

    // Then
    assertThatThrownBy(() -> run(Map.of(), Optional.empty()).train())
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("no usable utterance among 5");
    assertThat(committed).isEmpty();
  }

  @Test
  void aStopBeforeTheFirstBatchLeavesNoCheckpoint() throws Exception {
    // Given
    stop.raise(StopSignal.Reason.COMMAND);

    // When
    TrainingRun.Outcome outcome = run(Map.of(), Optional.empty()).train();

    // Then
    assertThat(outcome).isEqualTo(TrainingRun.Outcome.INTERRUPTED);
    assertThat(committed).isEmpty();
  }

  @Test
  void aRunThatEndsEarlyStaysAtTheEndOfItsLastEpochWithACheckpointThere() throws Exception {
    // Given
    batches = new int[] {2, 2, 3, 2, 2};
    cers = Map.of(1, 0.5, 2, 0.5);

    // When
    TrainingRun run = run(Map.of("num_epoch", 5, "early_stop_patience", 1), Optional.empty());
    TrainingRun.Outcome outcome = run.train();

    // Then
    assertThat(outcome)
        .isEqualTo(
            new TrainingRun.Outcome(
                true,
                Optional.of(
                    "early stop after epoch 3 of 5: the best CER is 0.5000, of epoch 1; test"
                        + " results in a row that are not better: 1, up to epoch 2;"
                        + " early_stop_patience is 1")));
    assertThat(trained).containsExactly("1/0", "1/1", "2/0", "2/1", "3/0", "3/1", "3/2");
    assertThat(run.position()).isEqualTo(new Position(3, 3, 3, 7));
    TrainingState last = committed.get(committed.size() - 1);
    assertThat(last.checkpoint()).isEqualTo(CheckpointId.endOfEpoch(3));
    assertThat(last.counters().earlyStop()).isEqualTo(new CountedResults(1, 1, 0.5, 1, 0));
  }

  @Test
  void aRunThatEndsEarlyAndHasTrainedNothingHasFailed() {
    // Given
    finite = false;
    batches = new int[] {2, 2, 2, 2, 2};
    cers = Map.of(1, 1.0, 2, 1.0);

    // Then
    assertThatThrownBy(
            () -> run(Map.of("num_epoch", 5, "early_stop_patience", 1), Optional.empty()).train())
        .isInstanceOf(RunFailedException.class)
        .hasMessageStartingWith("nothing was trained: all 6 batches were skipped");
  }

  @Test
  void aSmallerPatienceThatAResumeInsideAnEpochBringsLetsTheEpochEnd() throws Exception {
    // Given
    batches = new int[] {2, 2, 2, 3, 2, 2};
    cers = Map.of(1, 0.5, 2, 0.6, 3, 0.7);
    Map<String, Object> patient = Map.of("num_epoch", 6, "early_stop_patience", 5);
    run(patient, Optional.empty(), "4/0").train();
    TrainingState state = committed.get(committed.size() - 1);
    trained.clear();

    // When
    TrainingRun run =
        run(
            Map.of("num_epoch", 6, "early_stop_patience", 1),
            Optional.of(state),
            "",
            new StopSignal());
    TrainingRun.Outcome outcome = run.train();

    // Then
    assertThat(state.checkpoint()).isEqualTo(new CheckpointId(4, 1));
    assertThat(trained).containsExactly("4/1", "4/2");
    assertThat(outcome.earlyEnd().orElse(""))
        .startsWith("early stop after epoch 4 of 6: the best CER is 0.5000, of epoch 1; ");
  }

  @Test
  void aSkippedUtteranceCountsOnceARunAlsoWhenTheRunIsResumed() throws Exception {
    // Given
    skippedInManifest.put(SkipReason.TOO_LONG, 3);
    skippedInManifest.put(SkipReason.SILENT, 1);
    skippedInEachBatch =
        List.of(
            new SkippedUtterance(7, "a.wav", SkipReason.SILENT, "silent"),
            new SkippedUtterance(9, "b.wav", SkipReason.BROKEN_AUDIO, "broken"));
    run(Map.of(), Optional.empty(), "2/1").train();
    List<Map<SkipReason, Integer>> reportedBefore = List.copyOf(skipped);
    skipped.clear();
    TrainingState stopped =
        Json.read(Json.write(committed.get(committed.size() - 1)), TrainingState.class);
    skippedInEachBatch =
        List.of(
            new SkippedUtterance(9, "b.wav", SkipReason.BROKEN_AUDIO, "broken"),
            new SkippedUtterance(70, "c.wav", SkipReason.BROKEN_AUDIO, "broken"));

    // When
    TrainingRun resumed = run(Map.of(), Optional.of(stopped), "", new StopSignal());
    resumed.train();

    // Then
    assertThat(reportedBefore)
        .containsExactly(
            Map.of(SkipReason.TOO_LONG, 3, SkipReason.SILENT, 1),
            Map.of(SkipReason.SILENT, 2, SkipReason.BROKEN_AUDIO, 1));
    assertThat(skipped)
        .containsExactly(
            Map.of(SkipReason.TOO_LONG, 3, SkipReason.SILENT, 2, SkipReason.BROKEN_AUDIO, 1),
            Map.of(SkipReason.BROKEN_AUDIO, 2));
    assertThat(resumed.skippedUtterances())
        .isEqualTo(
            Map.of(SkipReason.TOO_LONG, 3, SkipReason.SILENT, 2, SkipReason.BROKEN_AUDIO, 2));
  }

  private TrainingRun run(Map<String, Object> configuration, Optional<TrainingState> resumed) {
    return run(configuration, resumed, "", stop);
  }

  private TrainingRun run(
      Map<String, Object> configuration, Optional<TrainingState> resumed, String stopAfter) {
    return run(configuration, resumed, stopAfter, stop);
  }

  private TrainingRun run(
      Map<String, Object> configuration,
      Optional<TrainingState> resumed,
      String stopAfter,
      StopSignal stop) {
    Source source =
        new Source(
            resumed.map(TrainingState::nextEpoch).orElse(1),
            resumed.map(TrainingState::nextBatch).orElse(0));
    return new TrainingRun(
        new TrainingSetup(
            RUN,
            TrainingConfiguration.of(Map.of("num_epoch", 3)).with(configuration),
            description(),
            new ModelShape(1, 1, 8, 3),
            1,
            resumed),
        new FakeModel(stopAfter),
        source,
        new CheckpointSink() {
          @Override
          public void commit(TrainingState state) {
            committed.add(state);
          }

          @Override
          public void awaitCommitted() {}
        },
        epoch -> {
          assertThat(cers).as("test results").containsKey(epoch);
          return OptionalDouble.of(cers.get(epoch));
        },
        new TrainingObserver() {
          @Override
          public void trained(StepReport report) {
            reports.add(report);
          }

          @Override
          public void skipped(Position position, int inARow) {
            skippedInARow.add(position.epoch() + "/" + position.batch() + " " + inARow);
          }

          @Override
          public void skippedUtterances(Map<SkipReason, Integer> counts, Position position) {
            skipped.add(Map.copyOf(counts));
          }
        },
        stop,
        Clock.systemUTC());
  }

  private DataSetDescription description() {
    return new DataSetDescription(
        RUN,
        Split.TRAIN,
        "id",
        new DataSetVersion("f", Map.of()),
        new UtteranceCounts(10, skippedInManifest, 0),
        new PlannedBatches(batches, new BatchShape(2, 100, 4)),
        List.of(),
        List.of(),
        new FeatureStatistics(new double[0], new double[0], new byte[0]));
  }

  /** Each utterance has a loss of 1 nat. */
  private final class FakeModel implements Model {
    private final String stopAfter;
    private final List<String> added = new ArrayList<>();
    private final List<String> used = new ArrayList<>();

    FakeModel(String stopAfter) {
      this.stopAfter = stopAfter;
    }

    @Override
    public BatchResult add(FeatureBatch batch, Supplier<Optional<FeatureBatch>> upcoming) {
      offered.add(upcoming.get().map(b -> b.key().epoch() + "/" + b.key().batch()).orElse("-"));
      String name = batch.key().epoch() + "/" + batch.key().batch();
      if (trained.size() == trainedBeforeFinite) {
        finite = true;
        overflows = false;
      }
      added.add(name);
      boolean skipped = !finite || notFinite.contains(name);
      if (!skipped) {
        used.add(name);
      }
      if (name.equals(stopAfter)) {
        stop.raise(StopSignal.Reason.COMMAND);
      }
      return new BatchResult(
          new float[] {skipped && !overflows ? Float.NaN : 1}, skipped, overflows, false);
    }

    @Override
    public StepResult step(double learningRate) {
      trained.addAll(added);
      steps.add(String.join("+", used));
      learningRates.add(learningRate);
      boolean skipped = used.isEmpty() || !sumIsFinite;
      clear();
      return new StepResult(new float[] {skipped ? Float.NaN : 1}, 1, skipped, false);
    }

    @Override
    public void discard() {
      discarded++;
      clear();
    }

    private void clear() {
      added.clear();
      used.clear();
    }
  }

  /** Batches of {@link #utterances} utterances of one frame each. */
  private final class Source implements BatchSource {
    private int epoch;
    private int batch;

    Source(int epoch, int batch) {
      this.epoch = epoch;
      this.batch = batch;
    }

    @Override
    public FeatureBatch next() {
      FeatureBatch next = peek().orElseThrow();
      String name = next.key().epoch() + "/" + next.key().batch();
      if (name.equals(failsAt)) {
        throw new IllegalStateException("batch " + name + " is lost");
      }
      batch++;
      return next;
    }

    @Override
    public Optional<FeatureBatch> peek() {
      if (batch == batches[epoch - 1]) {
        epoch++;
        batch = 0;
      }
      if (epoch > batches.length) {
        return Optional.empty();
      }
      return Optional.of(at(epoch + "/" + batch));
    }

    private FeatureBatch at(String name) {
      int n = empty.contains(name) ? 0 : utterances;
      return new FeatureBatch(
          new BatchKey(RUN, Split.TRAIN, "f", epoch, batch),
          new short[n * FeatureBatch.BINS],
          java.util.stream.IntStream.range(0, n).map(i -> 1).toArray(),
          new int[0],
          new int[n],
          new long[n],
          java.util.Collections.nCopies(n, "a"),
          n > 0
              ? skippedInEachBatch
              : List.of(new SkippedUtterance(1, "a.wav", SkipReason.SILENT, "silent")));
    }

    @Override
    public void close() {}
  }
}
