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

  /** By epoch; the third checkpoint could not be tested. */
  private static final Map<Integer, Double> CER =
      Map.of(1, 0.5, 2, 0.6, 4, 0.4, 5, 0.4, 6, 0.3, 7, 0.2, 8, 0.1);

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
      tests = tests(PLATEAU, state(RUN, new CheckpointId(epoch, 1), tests.plateau()));
      tests.begin(epoch);
      tests = tests(PLATEAU, state(RUN, CheckpointId.endOfEpoch(epoch), tests.plateau()));
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
          return CER.containsKey(epoch)
              ? OptionalDouble.of(CER.get(epoch))
              : OptionalDouble.empty();
        });
  }

  private static Optional<TrainingState> state(RunId run, CheckpointId id, Plateau plateau) {
    TrainingState state =
        new TrainingState(
            run,
            id,
            new TrainingCounters(1, 0, 0, 0, 0, null, plateau),
            1,
            new ModelShape(1, 1, 8, 3),
            PLATEAU,
            new DataSetVersion("f", Map.of()),
            TrainingRecipe.CURRENT);
    return Optional.of(Json.read(Json.write(state), TrainingState.class));
  }
}
