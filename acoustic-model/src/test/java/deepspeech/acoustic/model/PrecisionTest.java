package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.acoustic.optimizer.LossScaleState;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Steps with products in lower precision. A run does not take half precision on a CPU, where it is
 * slow, but the model does, so that it can be tested.
 */
class PrecisionTest {
  private static final ModelShape SMALL = new ModelShape(2, 2, 16, 6);
  private static final RaggedBatch BATCH = Utterances.batch(1, 6, 20, 97, 60, 121, 80);

  /** Half precision takes seconds for a step of the others. */
  private static final ModelShape TINY = new ModelShape(1, 1, 8, 6);

  private static final RaggedBatch SHORT = Utterances.batch(2, 6, 9, 20, 31);
  private static final RaggedBatch NEXT = Utterances.batch(3, 6, 9, 25, 19);

  @Test
  void trainingLearnsABatchByHeartWithWeightsAndMomentsInSinglePrecision() {
    // Given
    try (TrainableModel model =
        TrainableModel.initialise(TINY, 1, settings(Precision.BF16), Devices.CPU)) {
      double first = model.step(SHORT, 1e-2).meanLoss();

      // When
      double last = first;
      for (int step = 0; step < 150; step++) {
        last = model.step(SHORT, 1e-2).meanLoss();
      }

      // Then
      assertThat(last).isLessThan(first / 5);
      ModelState state = model.state();
      assertThat(state.parameters().values()).extracting(Tensor::type).containsOnly(TensorType.F32);
      assertThat(state.optimizer().orElseThrow().moments().values())
          .extracting(Tensor::type)
          .containsOnly(TensorType.F32);
      assertThat(hasDigitsBelowHalfPrecision(state.parameters().get("rnn.0.weight_hh"))).isTrue();
    }
  }

  /** The fraction of half precision has 10 bits, that of bf16 fewer, and that of F32 23. */
  private static boolean hasDigitsBelowHalfPrecision(Tensor tensor) {
    for (float value : tensor.toFloats()) {
      if ((Float.floatToIntBits(value) & 0x1fff) != 0) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void resumingFromASnapshotEqualsTrainingWithoutInterruptionToTheBit(Precision precision) {
    // Given
    try (TrainableModel uninterrupted =
        TrainableModel.initialise(TINY, 3, settings(precision), Devices.CPU)) {
      uninterrupted.step(SHORT, 1e-3);
      uninterrupted.step(NEXT, 1e-3);
      ModelState state = stored(uninterrupted.state());
      uninterrupted.step(SHORT, 1e-3);
      uninterrupted.step(NEXT, 1e-3);

      // When
      try (TrainableModel resumed =
          TrainableModel.restore(
              TINY, state, FrozenLayers.NONE, settings(precision), Devices.CPU)) {
        resumed.step(SHORT, 1e-3);
        resumed.step(NEXT, 1e-3);

        // Then
        assertThat(resumed.parameters()).isEqualTo(uninterrupted.parameters());
        assertThat(resumed.optimizerState()).isEqualTo(uninterrupted.optimizerState());
        assertThat(resumed.state().lossScale()).isEqualTo(uninterrupted.state().lossScale());
        assertThat(state.lossScale().isPresent()).isEqualTo(precision == Precision.F16);
      }
    }
  }

  /** As a checkpoint has it. */
  private static ModelState stored(ModelState state) {
    Map<String, Tensor> optimizer = new LinkedHashMap<>(state.optimizerTensors());
    return ModelState.of(state.parameters()).withOptimizer(optimizer);
  }

  @Test
  void aGradientThatOverflowsIsSkippedAndHalvesTheScaleUntilItFits() {
    // Given
    ModelState initial = withScale(new LossScaleState(1 << 18, 5));
    try (TrainableModel model =
        TrainableModel.restore(
            TINY, initial, FrozenLayers.NONE, settings(Precision.F16), Devices.CPU)) {
      // When
      StepResult overflow = model.step(SHORT, 1e-3);
      ModelState afterOverflow = model.state();
      int halved = 1;
      StepResult step = model.step(SHORT, 1e-3);
      while (step.overflowed()) {
        halved++;
        step = model.step(SHORT, 1e-3);
      }

      // Then
      assertThat(overflow.skipped()).isTrue();
      assertThat(overflow.overflowed()).isTrue();
      assertThat(overflow.losses()).isEqualTo(step.losses());
      assertThat(afterOverflow.parameters()).isEqualTo(initial.parameters());
      assertThat(afterOverflow.lossScale()).contains(new LossScaleState(1 << 17, 0));
      assertThat(step.skipped()).isFalse();
      assertThat(model.stepsTaken()).isEqualTo(1);
      assertThat(model.state().lossScale())
          .contains(new LossScaleState((1 << 18) / (float) (1 << halved), 1));
    }
  }

  private static ModelState withScale(LossScaleState scale) {
    try (TrainableModel model = TrainableModel.initialise(TINY, 3, Devices.CPU)) {
      return new ModelState(
          model.parameters(), Optional.empty(), Optional.empty(), Optional.of(scale));
    }
  }

  @Test
  void theBatchesOfAStepThatOverflowHalveTheScaleOnce() {
    // Given
    ModelState initial = withScale(new LossScaleState(1 << 20, 5));
    try (TrainableModel model =
        TrainableModel.restore(
            TINY, initial, FrozenLayers.NONE, settings(Precision.F16), Devices.CPU)) {
      // When
      boolean first = model.add(SHORT).overflowed();
      boolean second = model.add(NEXT).overflowed();
      StepResult result = model.step(1e-3);

      // Then
      assertThat(List.of(first, second, result.overflowed())).containsOnly(true);
      assertThat(model.state().lossScale()).contains(new LossScaleState(1 << 19, 0));
      model.add(SHORT);
      model.discard();
      assertThat(model.state().lossScale()).contains(new LossScaleState(1 << 19, 0));
    }
  }

  @Test
  void aLossThatIsNotFiniteIsNoOverflowAndLeavesTheScale() {
    // Given
    RaggedBatch tooManyLabels =
        new RaggedBatch(SHORT.features(), SHORT.frames(), new int[100], new int[] {100, 0});
    try (TrainableModel model =
        TrainableModel.initialise(TINY, 3, settings(Precision.F16), Devices.CPU)) {
      // When
      StepResult result = model.step(tooManyLabels, 1e-3);

      // Then
      assertThat(result.skipped()).isTrue();
      assertThat(result.overflowed()).isFalse();
      assertThat(model.state().lossScale()).contains(LossScaleState.INITIAL);
    }
  }

  @Test
  void theScaleOfTheLossDoesNotChangeTheStep() {
    // Given
    Map<String, Tensor> parameters;
    try (TrainableModel model = TrainableModel.initialise(TINY, 3, Devices.CPU)) {
      parameters = model.parameters();
    }

    // When
    double[] norms =
        Arrays.stream(new int[] {16, 64})
            .mapToDouble(
                scale -> {
                  ModelState state =
                      new ModelState(
                          parameters,
                          Optional.<AdamState>empty(),
                          Optional.empty(),
                          Optional.of(new LossScaleState(scale, 0)));
                  try (TrainableModel model =
                      TrainableModel.restore(
                          TINY, state, FrozenLayers.NONE, settings(Precision.F16), Devices.CPU)) {
                    return model.step(SHORT, 1e-3).gradientNorm();
                  }
                })
            .toArray();

    // Then
    assertThat(norms[1]).isCloseTo(norms[0], withinPercentage(0.1));
  }

  @Test
  void evaluationComputesInSinglePrecision() {
    // Given
    try (TrainableModel single = TrainableModel.initialise(SMALL, 1, Devices.CPU);
        TrainableModel lower =
            TrainableModel.initialise(SMALL, 1, settings(Precision.BF16), Devices.CPU)) {
      // When
      BatchLogProbabilities evaluated = lower.logProbabilities(BATCH);

      // Then
      assertThat(evaluated.values()).isEqualTo(single.logProbabilities(BATCH).values());
    }
  }

  private static StepSettings settings(Precision precision) {
    return new StepSettings(AdamSettings.DEFAULT, false, 0, Dropout.NONE, false, precision);
  }
}
