package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.ModelShape;
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

class RunLearningRatesTest {
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
    RunLearningRates rates = rates(PLATEAU, Optional.empty());

    // When
    List<Double> trained = new ArrayList<>();
    List<Integer> awaitedBefore = new ArrayList<>();
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      rates.begin(epoch);
      trained.add(rates.at(epoch, 0));
      awaitedBefore.add(awaited.size());
    }

    // Then
    assertThat(awaited).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(awaitedBefore).containsExactly(0, 0, 1, 2, 3, 4, 5, 6);
    assertThat(trained)
        .containsExactly(0.001, 0.001, 0.001, 0.0005, 0.0005, 0.0005, 0.00025, 0.00025);
  }

  @Test
  void aRunThatIsResumedAnywhereNeitherAwaitsNorCountsAResultTwice() throws Exception {
    // Given
    RunLearningRates uninterrupted = rates(PLATEAU, Optional.empty());
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      uninterrupted.begin(epoch);
    }
    List<Integer> all = List.copyOf(awaited);
    awaited.clear();

    // When: it stops inside each epoch and at its end.
    Optional<TrainingState> last = Optional.empty();
    RunLearningRates rates = rates(PLATEAU, last);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      rates.begin(epoch);
      rates = rates(PLATEAU, state(RUN, new CheckpointId(epoch, 1), rates.plateau()));
      rates.begin(epoch);
      rates = rates(PLATEAU, state(RUN, CheckpointId.endOfEpoch(epoch), rates.plateau()));
    }

    // Then
    assertThat(awaited).isEqualTo(all);
    assertThat(rates.plateau()).isEqualTo(uninterrupted.plateau());
    assertThat(rates.at(EPOCHS, 0)).isEqualTo(uninterrupted.at(EPOCHS, 0));
  }

  @Test
  void aScheduleThatBeginsLaterCountsFromThereOn() throws Exception {
    // Given
    Optional<TrainingState> state =
        state(RUN, CheckpointId.endOfEpoch(3), new Plateau(1, 1, 0.5, 0, 4));

    // When
    RunLearningRates rates = rates(PLATEAU.with(Map.of("learning_rate_epoch", 4)), state);
    rates.begin(4);
    double first = rates.at(4, 0);
    rates.begin(5);
    rates.begin(6);

    // Then
    assertThat(first).isEqualTo(0.001);
    assertThat(awaited).containsExactly(4);
  }

  @Test
  void theTestsOfAnotherRunAreNotAwaited() throws Exception {
    // Given
    Optional<TrainingState> state =
        state(new RunId("other"), CheckpointId.endOfEpoch(3), new Plateau(1, 1, 0.5, 0, 1));

    // When
    RunLearningRates rates = rates(PLATEAU, state);
    rates.begin(4);
    rates.begin(5);

    // Then
    assertThat(awaited).isEmpty();
    assertThat(rates.plateau()).isEqualTo(new Plateau(1, 3, 0.5, 0, 1));
    rates.begin(6);
    assertThat(awaited).containsExactly(4);
  }

  @Test
  void theOtherSchedulesAwaitNothing() throws Exception {
    // Given
    RunLearningRates rates =
        rates(TrainingConfiguration.of(Map.of("num_epoch", EPOCHS)), Optional.empty());

    // When
    rates.begin(EPOCHS);

    // Then
    assertThat(awaited).isEmpty();
    assertThat(rates.plateau()).isNull();
  }

  private RunLearningRates rates(
      TrainingConfiguration configuration, Optional<TrainingState> resumed) {
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
    return new RunLearningRates(
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
