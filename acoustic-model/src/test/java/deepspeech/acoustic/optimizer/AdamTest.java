package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden values: algorithm 1 of Kingma and Ba, ICLR 2015, in double precision. */
class AdamTest {
  private static final float[] WEIGHTS = {0.5f, -2, 3, 0};
  private static final float[][] GRADIENTS = {
    {1, -1, 0.25f, 2}, {300, 400, -1200, 5}, {-3, 2, 0, 1e-3f}
  };
  private static final double LEARNING_RATE = 0.01;
  private static final List<String> TRAINED = List.of("w");

  static Stream<AdamSettings> settings() {
    return Stream.of(AdamSettings.DEFAULT, new AdamSettings(0.8, 0.95, 0.5, 0.3, 20));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void stepsAreThoseOfThePaperBehindClippingAndL2(AdamSettings settings) {
    // Given
    double[] expected = inDoublePrecision(settings);

    // When
    float[] actual;
    try (NamedArrays weights = weights();
        Adam adam = new Adam(settings, weights, TRAINED)) {
      for (float[] gradient : GRADIENTS) {
        update(adam, gradient);
      }
      actual = weights.get("w").toFloatArray();
      assertThat(adam.step()).isEqualTo(3);
    }

    // Then
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void aStoredStateContinuesAsIfNothingHadHappened() {
    // Given
    Map<String, Tensor> expected;
    AdamState stored;
    Map<String, Tensor> storedWeights;
    try (NamedArrays weights = weights();
        Adam adam = new Adam(AdamSettings.DEFAULT, weights, TRAINED)) {
      update(adam, GRADIENTS[0]);
      stored = AdamState.fromTensors(adam.state().toTensors());
      storedWeights = weights.toHost();
      update(adam, GRADIENTS[1]);
      expected = weights.toHost();
    }

    // When
    Map<String, Tensor> actual;
    try (NamedArrays weights = new NamedArrays(storedWeights, Device.cpu());
        Adam adam = new Adam(AdamSettings.DEFAULT, weights, TRAINED, stored)) {
      update(adam, GRADIENTS[1]);
      actual = weights.toHost();
    }

    // Then
    assertThat(actual).isEqualTo(expected);
    assertThat(stored.toTensors()).containsOnlyKeys("step", "exp_avg.w", "exp_avg_sq.w");
  }

  @Test
  void aGradientThatLiesInMemoryInAnotherOrderThanItsWeightChangesTheWeightAllTheSame() {
    // Given
    float[] rows = {1, 2, 3, 40, 50, 60};
    float[] columns = {1, 40, 2, 50, 3, 60};

    // When
    float[] expected = firstStep(scope -> scope.create(rows, new Shape(2, 3)).duplicate());
    float[] actual =
        firstStep(scope -> scope.create(columns, new Shape(3, 2)).duplicate().transpose());

    // Then
    assertThat(actual).isEqualTo(expected);
  }

  /** The first moments after one step on weights [2, 3]. */
  private static float[] firstStep(Function<NDManager, NDArray> gradient) {
    try (NamedArrays weights =
            new NamedArrays(Map.of("w", Tensor.f32(new float[6], 2, 3)), Device.cpu());
        Adam adam = new Adam(AdamSettings.DEFAULT, weights, TRAINED);
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      adam.update(List.of(gradient.apply(scope)), 90, LEARNING_RATE);
      return adam.state().moments().get("exp_avg.w").toFloats();
    }
  }

  @Test
  void aWeightThatIsTrainedLaterTakesTheStepsOfOneThatIsTrainedFromTheBeginning() {
    // Given
    AdamState stored;
    try (NamedArrays weights = withLateWeight();
        Adam adam = new Adam(AdamSettings.DEFAULT, weights, TRAINED)) {
      for (float[] gradient : GRADIENTS) {
        update(adam, gradient);
      }
      stored = AdamState.fromTensors(adam.state().toTensors());
    }
    assertThat(stored.toTensors()).containsKey("step.late").doesNotContainKey("step.w");

    // When
    float[] late;
    try (NamedArrays weights = withLateWeight();
        Adam adam = new Adam(AdamSettings.DEFAULT, weights, List.of("late"), stored)) {
      for (float[] gradient : GRADIENTS) {
        update(adam, gradient);
      }
      late = weights.get("late").toFloatArray();
      assertThat(adam.state().fewer()).isEqualTo(Map.of("late", 3L, "w", 3L));
      assertThat(adam.step()).isEqualTo(6);
    }

    // Then
    try (NamedArrays weights = weights();
        Adam adam = new Adam(AdamSettings.DEFAULT, weights, TRAINED)) {
      for (float[] gradient : GRADIENTS) {
        update(adam, gradient);
      }
      assertThat(late).isEqualTo(weights.get("w").toFloatArray());
    }
  }

  private static NamedArrays withLateWeight() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    values.put("w", Tensor.f32(WEIGHTS, WEIGHTS.length));
    values.put("late", Tensor.f32(WEIGHTS, WEIGHTS.length));
    return new NamedArrays(values, Device.cpu());
  }

  @Test
  void aMomentOfTheWrongShapeIsNamed() {
    // Given
    Map<String, Tensor> moments = new LinkedHashMap<>();
    moments.put("exp_avg.w", Tensor.f32(new float[4], 4));
    moments.put("exp_avg_sq.w", Tensor.f32(new float[3], 3));

    // When / Then
    try (NamedArrays weights = weights()) {
      assertThatThrownBy(
              () -> new Adam(AdamSettings.DEFAULT, weights, TRAINED, new AdamState(1, moments)))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessage("exp_avg_sq.w: \"F32 [3]\" given, allowed: F32 [4]");
    }
  }

  @Test
  void aStateWithoutAStepIsAnError() {
    // Given
    Map<String, Tensor> tensors = Map.of("exp_avg.w", Tensor.f32(new float[4], 4));

    // When / Then
    assertThatThrownBy(() -> AdamState.fromTensors(tensors))
        .hasMessage("step: \"nothing\" given, allowed: I64 [1]");
  }

  private static NamedArrays weights() {
    return new NamedArrays(Map.of("w", Tensor.f32(WEIGHTS, WEIGHTS.length)), Device.cpu());
  }

  private static void update(Adam adam, float[] gradient) {
    try (NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      NDArray array = scope.create(gradient.clone()).duplicate();
      adam.update(List.of(array), (float) norm(gradient), LEARNING_RATE);
    }
  }

  private static double norm(float[] gradient) {
    double squares = 0;
    for (float value : gradient) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static double[] inDoublePrecision(AdamSettings settings) {
    double[] weights = new double[WEIGHTS.length];
    double[] first = new double[WEIGHTS.length];
    double[] second = new double[WEIGHTS.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = WEIGHTS[i];
    }
    for (int t = 1; t <= GRADIENTS.length; t++) {
      float[] gradient = GRADIENTS[t - 1];
      double scale = Math.min(1, settings.maximumNorm() / norm(gradient));
      for (int i = 0; i < weights.length; i++) {
        double g = gradient[i] * scale + settings.weightDecay() * weights[i];
        first[i] = settings.beta1() * first[i] + (1 - settings.beta1()) * g;
        second[i] = settings.beta2() * second[i] + (1 - settings.beta2()) * g * g;
        double mean = first[i] / (1 - Math.pow(settings.beta1(), t));
        double variance = second[i] / (1 - Math.pow(settings.beta2(), t));
        weights[i] -= LEARNING_RATE * mean / (Math.sqrt(variance) + settings.epsilon());
      }
    }
    return weights;
  }
}
