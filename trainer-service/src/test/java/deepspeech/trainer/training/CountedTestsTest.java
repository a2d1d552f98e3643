package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.optimizer.CountedResults;
import deepspeech.acoustic.optimizer.Plateau;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CountedTestsTest {
  private static final RunId RUN = new RunId("run");
  private static final int EPOCHS = 8;

  private static final TrainingConfiguration EARLY_STOP =
      TrainingConfiguration.of(Map.of("num_epoch", EPOCHS, "early_stop_patience", 2));

  private static final TrainingConfiguration PLATEAU =
      TrainingConfiguration.of(
          Map.of(
              "num_epoch",
              EPOCHS,
              "learning_rate_schedule",
              "plateau",
              "learning_rate",
              0.001,
              "learning_rate_decay",
              0.5,
              "plateau_patience",
              0));

  private final List<Integer> awaited = new ArrayList<>();

  /** By epoch; the third checkpoint could not be tested. */
  private Map<Integer, Double> cers =
      Map.of(1, 0.5, 2, 0.6, 4, 0.4, 5, 0.4, 6, 0.3, 7, 0.2, 8, 0.1);

  @Test
  void anEpochUsesTheResultsUpToTheLastButOneEpochBeforeIt() throws Exception {
    // Given
    CountedTests tests = tests(PLATEAU, Optional.empty());

    // When
    List<Integer> reductions = new ArrayList<>();
    List<Integer> awaitedBefore = new ArrayList<>();
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      tests.begin(epoch);
      reductions.add(tests.reductions());
      awaitedBefore.add(awaited.size());
    }

    // Then
    assertThat(awaited).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(awaitedBefore).containsExactly(0, 0, 1, 2, 3, 4, 5, 6);
    assertThat(reductions).containsExactly(0, 0, 0, 1, 1, 1, 2, 2);
  }

  @Test
  void aRunThatIsResumedAnywhereNeitherAwaitsNorCountsAResultTwice() throws Exception {
    // Given
    CountedTests uninterrupted = tests(PLATEAU, Optional.empty());
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      uninterrupted.begin(epoch);
    }
    List<Integer> all = List.copyOf(awaited);
    awaited.clear();

    // When: it stops inside each epoch and at its end.
    Optional<TrainingState> last = Optional.empty();
    CountedTests tests = tests(PLATEAU, last);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      tests.begin(epoch);
      tests = tests(PLATEAU, state(RUN, new CheckpointId(epoch, 1), tests));
      tests.begin(epoch);
      tests = tests(PLATEAU, state(RUN, CheckpointId.endOfEpoch(epoch), tests));
    }

    // Then
    assertThat(awaited).isEqualTo(all);
    assertThat(tests.plateau()).isEqualTo(uninterrupted.plateau());
  }

  @Test
  void aScheduleThatBeginsLaterCountsFromThereOn() throws Exception {
    // Given
    Optional<TrainingState> state =
        state(RUN, CheckpointId.endOfEpoch(3), new Plateau(new CountedResults(1, 1, 0.5, 1, 0), 4));

    // When
    CountedTests tests = tests(PLATEAU.with(Map.of("learning_rate_epoch", 4)), state);
    tests.begin(4);
    int first = tests.reductions();
    tests.begin(5);
    tests.begin(6);

    // Then
    assertThat(first).isZero();
    assertThat(awaited).containsExactly(4);
  }

  @Test
  void theTestsOfAnotherRunAreNotAwaited() throws Exception {
    // Given
    Optional<TrainingState> state =
        state(
            new RunId("other"),
            CheckpointId.endOfEpoch(3),
            new Plateau(new CountedResults(1, 1, 0.5, 1, 0), 1));

    // When
    CountedTests tests = tests(PLATEAU, state);
    tests.begin(4);
    tests.begin(5);

    // Then
    assertThat(awaited).isEmpty();
    assertThat(tests.plateau()).isEqualTo(new Plateau(new CountedResults(1, 3, 0.5, 1, 0), 1));
    tests.begin(6);
    assertThat(awaited).containsExactly(4);
  }

  @Test
  void theOtherSchedulesAwaitNothing() throws Exception {
    // Given
    CountedTests tests =
        tests(TrainingConfiguration.of(Map.of("num_epoch", EPOCHS)), Optional.empty());

    // When
    tests.begin(EPOCHS);

    // Then
    assertThat(awaited).isEmpty();
    assertThat(tests.plateau()).isNull();
    assertThat(tests.earlyStop()).isNull();
  }

  @Test
  void aRunEndsAfterTheEpochThatIsTrainedWhileTheLastResultIsTested() throws Exception {
    // Given
    cers = Map.of(1, 0.5, 2, 0.4, 3, 0.45, 5, 0.4);
    CountedTests tests = tests(EARLY_STOP, Optional.empty());

    // When: the fourth checkpoint could not be tested.
    List<Boolean> ended = new ArrayList<>();
    for (int epoch = 1; epoch <= 7; epoch++) {
      tests.begin(epoch);
      ended.add(tests.earlyEnd(epoch - 1, EPOCHS).isPresent());
    }

    // Then
    assertThat(ended).containsExactly(false, false, false, false, false, false, true);
    assertThat(awaited).containsExactly(1, 2, 3, 4, 5);
    assertThat(tests.earlyEnd(6, EPOCHS))
        .contains(
            "early stop after epoch 6 of 8: the best CER is 0.4000, of epoch 2; test results in a row"
                + " that are not better: 2, up to epoch 5; early_stop_patience is 2");
  }

  @Test
  void aResultCountsOnceForTheLearningRateAndOnceForTheEndButIsAwaitedOnce() throws Exception {
    // Given
    cers = Map.of(1, 0.5, 2, 0.6, 3, 0.6, 4, 0.5);
    CountedTests tests = tests(PLATEAU.with(Map.of("early_stop_patience", 3)), Optional.empty());

    // When
    tests.begin(5);
    boolean before = tests.earlyEnd(4, EPOCHS).isPresent();
    tests.begin(6);

    // Then
    assertThat(awaited).containsExactly(1, 2, 3, 4);
    assertThat(tests.reductions()).isEqualTo(3);
    assertThat(before).isFalse();
    assertThat(tests.earlyEnd(5, EPOCHS)).isPresent();
  }

  /** The learning rate begins to count in the fourth epoch, the end in the first. */
  @Test
  void resultsThatOnlyTheEndCountsDoNotChangeTheLearningRate() throws Exception {
    // Given
    cers = Map.of(1, 0.5, 2, 0.6, 3, 0.6, 4, 0.7, 5, 0.7);
    CountedTests tests =
        tests(
            PLATEAU.with(Map.of("learning_rate_epoch", 4, "early_stop_patience", 9)),
            Optional.empty());

    // When
    tests.begin(7);

    // Then
    assertThat(awaited).containsExactly(1, 2, 3, 4, 5);
    assertThat(tests.plateau()).isEqualTo(new Plateau(new CountedResults(4, 5, 0.7, 4, 0), 1));
    assertThat(tests.earlyStop()).isEqualTo(new CountedResults(1, 5, 0.5, 1, 4));
  }

  @Test
  void aRunThatIsResumedAnywhereEndsWhereAnUninterruptedOneEnds() throws Exception {
    // Given
    cers = Map.of(1, 0.5, 2, 0.4, 3, 0.45, 4, 0.4);

    // When: it stops inside each epoch and at its end.
    CountedTests tests = tests(EARLY_STOP, Optional.empty());
    for (int epoch = 1; epoch <= 5; epoch++) {
      tests.begin(epoch);
      tests = tests(EARLY_STOP, state(RUN, new CheckpointId(epoch, 1), tests));
      tests.begin(epoch);
      assertThat(tests.earlyEnd(epoch - 1, EPOCHS)).as("before epoch %d", epoch).isEmpty();
      tests = tests(EARLY_STOP, state(RUN, CheckpointId.endOfEpoch(epoch), tests));
    }
    tests.begin(6);

    // Then
    assertThat(awaited).containsExactly(1, 2, 3, 4);
    assertThat(tests.earlyEnd(5, EPOCHS)).isPresent();
  }

  @Test
  void aResumeWithAnotherPatienceContinuesTheCount() throws Exception {
    // Given
    cers = Map.of(1, 0.5, 2, 0.4, 3, 0.45, 4, 0.4, 5, 0.5);
    CountedTests ended = tests(EARLY_STOP, Optional.empty());
    ended.begin(6);
    Optional<TrainingState> state = state(RUN, CheckpointId.endOfEpoch(5), ended);

    // When
    CountedTests longer = tests(EARLY_STOP.with(Map.of("early_stop_patience", 3)), state);
    longer.begin(6);
    boolean before = longer.earlyEnd(5, EPOCHS).isPresent();
    longer.begin(7);

    // Then
    assertThat(before).isFalse();
    assertThat(longer.earlyEnd(6, EPOCHS)).isPresent();
  }

  @Test
  void aCountThatBeginsLaterKeepsTheBestResultOfBefore() throws Exception {
    // Given
    cers = Map.of(1, 0.5, 2, 0.4, 3, 0.45, 4, 0.4, 5, 0.5, 6, 0.5, 7, 0.41);
    CountedTests ended = tests(EARLY_STOP, Optional.empty());
    ended.begin(6);

    // When
    CountedTests anew =
        tests(
            EARLY_STOP.with(Map.of("early_stop_epoch", 6)),
            state(RUN, CheckpointId.endOfEpoch(5), ended));
    anew.begin(8);
    boolean before = anew.earlyEnd(7, EPOCHS).isPresent();
    anew.begin(9);

    // Then
    assertThat(before).isFalse();
    assertThat(anew.earlyStop()).isEqualTo(new CountedResults(6, 7, 0.4, 2, 2));
    assertThat(anew.earlyEnd(8, 12))
        .contains(
            "early stop after epoch 8 of 12: the best CER is 0.4000, of epoch 2; test results in a row"
                + " that are not better: 2, up to epoch 7; early_stop_patience is 2");
  }

  @Test
  void theTestResultsOfAnotherRunDoNotEndThisOne() throws Exception {
    // Given
    cers = Map.of(1, 0.5, 2, 0.6, 3, 0.7, 4, 0.8, 5, 0.9);
    CountedTests other = tests(EARLY_STOP, Optional.empty());
    other.begin(3);
    awaited.clear();

    // When
    CountedTests tests =
        tests(EARLY_STOP, state(new RunId("other"), CheckpointId.endOfEpoch(3), other));
    tests.begin(6);

    // Then
    assertThat(awaited).containsExactly(4);
    assertThat(tests.earlyStop()).isEqualTo(new CountedResults(1, 4, 0.8, 4, 0));
  }

  @Test
  void aPatienceThatAResumeBringsCountsFromTheFirstEpochAfterIt() throws Exception {
    // Given
    CountedTests none =
        tests(TrainingConfiguration.of(Map.of("num_epoch", EPOCHS)), Optional.empty());

    // When
    CountedTests tests = tests(EARLY_STOP, state(RUN, CheckpointId.endOfEpoch(3), none));
    tests.begin(6);

    // Then
    assertThat(awaited).containsExactly(4);
    assertThat(tests.earlyStop()).isEqualTo(new CountedResults(1, 4, 0.4, 4, 0));
  }

  private CountedTests tests(TrainingConfiguration configuration, Optional<TrainingState> resumed) {
    int[] batches = new int[EPOCHS];
    Arrays.fill(batches, 2);
    DataSetDescription data =
        new DataSetDescription(
            RUN,
            Split.TRAIN,
            "id",
            new DataSetVersion("f", Map.of()),
            new UtteranceCounts(10, Map.of(), 0),
            new PlannedBatches(batches, new BatchShape(2, 100, 4)),
            List.of(),
            List.of(),
            new FeatureStatistics(new double[0], new double[0], new byte[0]));
    return new CountedTests(
        new TrainingSetup(RUN, configuration, data, new ModelShape(1, 1, 8, 3), 1, resumed),
        epoch -> {
          awaited.add(epoch);
          return cers.containsKey(epoch)
              ? OptionalDouble.of(cers.get(epoch))
              : OptionalDouble.empty();
        });
  }

  private static Optional<TrainingState> state(RunId run, CheckpointId id, CountedTests tests) {
    return state(run, id, tests.plateau(), tests.earlyStop());
  }

  private static Optional<TrainingState> state(RunId run, CheckpointId id, Plateau plateau) {
    return state(run, id, plateau, null);
  }

  private static Optional<TrainingState> state(
      RunId run, CheckpointId id, Plateau plateau, CountedResults earlyStop) {
    TrainingState state =
        new TrainingState(
            run,
            id,
            new TrainingCounters(1, 0, 0, 0, 0, null, plateau, earlyStop),
            1,
            new ModelShape(1, 1, 8, 3),
            PLATEAU,
            new DataSetVersion("f", Map.of()),
            TrainingRecipe.CURRENT);
    return Optional.of(Json.read(Json.write(state), TrainingState.class));
  }
}
