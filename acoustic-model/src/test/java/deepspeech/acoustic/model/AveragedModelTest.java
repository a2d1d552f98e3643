package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.AverageState;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The moving average of a model in training; {@link GoldenStepsTest} has its values. */
class AveragedModelTest {
  private static final ModelShape SMALL = new ModelShape(2, 2, 16, 6);
  private static final RaggedBatch BATCH = Utterances.batch(1, 6, 20, 97, 60, 121, 80);
  private static final RaggedBatch NEXT = Utterances.batch(2, 6, 20, 40, 111, 64);
  private static final StepSettings AVERAGED =
      new StepSettings(AdamSettings.DEFAULT, false, 0.9, Dropout.NONE);

  @Test
  void itBeginsWithTheInitialWeightsAndChangesNothingInTraining() {
    // Given
    try (TrainableModel averaged = TrainableModel.initialise(SMALL, 3, AVERAGED, Devices.CPU);
        TrainableModel plain = TrainableModel.initialise(SMALL, 3, Devices.CPU)) {
      AverageState begun = averaged.state().average().orElseThrow();
      assertThat(begun).isEqualTo(new AverageState(0, averaged.parameters()));

      // When
      averaged.step(BATCH, 1e-2);
      plain.step(BATCH, 1e-2);

      // Then
      ModelState state = averaged.state();
      AverageState average = state.average().orElseThrow();
      assertThat(average.updates()).isEqualTo(1);
      assertThat(average.values()).containsOnlyKeys(state.parameters().keySet());
      state
          .parameters()
          .forEach(
              (name, value) ->
                  assertThat(average.values().get(name))
                      .as(name)
                      .isNotEqualTo(value)
                      .isNotEqualTo(begun.values().get(name)));
      assertThat(plain.state())
          .isEqualTo(new ModelState(state.parameters(), state.optimizer(), Optional.empty()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu,cpu"})
  void resumingFromASnapshotEqualsTrainingWithoutInterruptionToTheBit(String list) {
    // Given
    Devices devices = Devices.resolve(false, Optional.of(list));
    try (TrainableModel uninterrupted = TrainableModel.initialise(SMALL, 3, AVERAGED, devices)) {
      uninterrupted.step(BATCH, 1e-3);
      uninterrupted.step(NEXT, 1e-3);
      ModelState snapshot = uninterrupted.state();
      uninterrupted.step(BATCH, 1e-3);
      uninterrupted.step(NEXT, 1e-3);

      // When
      try (TrainableModel resumed = averaged(stored(snapshot), FrozenLayers.NONE, devices)) {
        resumed.step(BATCH, 1e-3);
        resumed.step(NEXT, 1e-3);

        // Then
        assertThat(resumed.state()).isEqualTo(uninterrupted.state());
        assertThat(resumed.state().average().orElseThrow().updates()).isEqualTo(4);
      }
    }
  }

  private static TrainableModel averaged(ModelState state, FrozenLayers frozen, Devices devices) {
    return TrainableModel.restore(SMALL, state, frozen, AVERAGED, devices);
  }

  /** The average as a file has it, whatever the order of its arrays. */
  private static ModelState stored(ModelState state) {
    Map<String, Tensor> reversed = new LinkedHashMap<>();
    state.average().orElseThrow().toTensors().entrySet().stream()
        .sorted(Map.Entry.<String, Tensor>comparingByKey().reversed())
        .forEach(entry -> reversed.put(entry.getKey(), entry.getValue()));
    return new ModelState(
        state.parameters(), state.optimizer(), Optional.of(AverageState.fromTensors(reversed)));
  }

  @Test
  void aModelWithoutAnAverageBeginsOneWithItsWeights() {
    // Given
    ModelState before;
    try (TrainableModel plain = TrainableModel.initialise(SMALL, 3, Devices.CPU)) {
      plain.step(BATCH, 1e-2);
      before = plain.state();
    }

    // When
    Optional<AverageState> begun;
    try (TrainableModel resumed = averaged(before, FrozenLayers.NONE, Devices.CPU)) {
      begun = resumed.state().average();
    }

    // Then
    assertThat(before.average()).isEmpty();
    assertThat(begun).contains(new AverageState(0, before.parameters()));
  }

  @Test
  void aModelThatIsTrainedOnWithoutAnAverageHasNoneAnyMore() {
    // Given
    ModelState before;
    try (TrainableModel averaged = TrainableModel.initialise(SMALL, 3, AVERAGED, Devices.CPU)) {
      before = averaged.state();
    }

    // When
    try (TrainableModel resumed =
        TrainableModel.restore(
            SMALL, before, FrozenLayers.NONE, StepSettings.DEFAULT, Devices.CPU)) {
      resumed.step(BATCH, 1e-3);

      // Then
      assertThat(resumed.state().average()).isEmpty();
    }
  }

  @Test
  void theAverageOfAFrozenLayerIsTheLayerToTheBit() {
    // Given
    FrozenLayers frozen = new FrozenLayers(Set.of("conv.0", "rnn.1"));
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    SMALL.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(3)));

    // When
    ModelState state;
    try (TrainableModel model = averaged(ModelState.of(parameters), frozen, Devices.CPU)) {
      for (int i = 0; i < 3; i++) {
        model.step(BATCH, 1e-2);
      }
      state = model.state();
    }

    // Then
    Map<String, Tensor> average = state.average().orElseThrow().values();
    state
        .parameters()
        .forEach(
            (name, value) ->
                assertThat(average.get(name).equals(value))
                    .as(name)
                    .isEqualTo(name.startsWith("conv.0.") || name.startsWith("rnn.1.")));
  }

  @Test
  void aSkippedStepIsNoUpdate() {
    // Given
    RaggedBatch infeasible =
        new RaggedBatch(BATCH.features(), BATCH.frames(), new int[100], new int[] {100, 0, 0, 0});
    Arrays.fill(infeasible.labels(), 1);
    try (TrainableModel model = TrainableModel.initialise(SMALL, 5, AVERAGED, Devices.CPU)) {
      model.step(BATCH, 1e-3);
      ModelState before = model.state();

      // When
      boolean skipped = model.step(infeasible, 1e-3).skipped();

      // Then
      assertThat(skipped).isTrue();
      assertThat(model.state()).isEqualTo(before);
    }
  }

  @Test
  void anAverageOfAnotherModelIsRefused() {
    // Given
    ModelState other;
    ModelShape larger = new ModelShape(2, 3, 16, 6);
    try (TrainableModel averaged = TrainableModel.initialise(larger, 3, AVERAGED, Devices.CPU)) {
      other = averaged.state();
    }
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    SMALL.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(1)));
    ModelState mixed = new ModelState(parameters, Optional.empty(), other.average());

    // When
    var thrown = assertThatThrownBy(() -> averaged(mixed, FrozenLayers.NONE, Devices.CPU));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("rnn.2.norm.weight: is not a parameter of ModelShape[");
  }
}
