package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.acoustic.torchscript.TensorTransfer;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden values: algorithm 1 of Kingma and Ba, ICLR 2015, in double precision. */
class AdamTest {
  private static final float[] WEIGHTS = {0.5f, -2, 3, 0};
  private static final float[][] GRADIENTS = {
    {1, -1, 0.25f, 2}, {300, 400, -1200, 5}, {-3, 2, 0, 1e-3f}
  };
  private static final double LEARNING_RATE = 0.01;
  private static final List<String> TRAINED = List.of("w");
  private static final TensorLists LISTS = new TensorLists();
  private static final DeviceThreads THREADS = new DeviceThreads(List.of(Device.cpu()));

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
        Adam adam = adam(settings, weights, TRAINED)) {
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
        Adam adam = adam(AdamSettings.DEFAULT, weights, TRAINED)) {
      update(adam, GRADIENTS[0]);
      stored = AdamState.fromTensors(adam.state().toTensors());
      storedWeights = weights.toHost();
      update(adam, GRADIENTS[1]);
      expected = weights.toHost();
    }

    // When
    Map<String, Tensor> actual;
    try (NamedArrays weights = new NamedArrays(storedWeights, Device.cpu());
        Adam adam = adam(weights, TRAINED, stored)) {
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
        Adam adam = adam(AdamSettings.DEFAULT, weights, TRAINED);
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      adam.update(List.of(List.of(gradient.apply(scope))), 90, LEARNING_RATE);
      return adam.state().moments().get("exp_avg.w").toFloats();
    }
  }

  @Test
  void aWeightThatIsTrainedLaterTakesTheStepsOfOneThatIsTrainedFromTheBeginning() {
    // Given
    AdamState stored;
    try (NamedArrays weights = withLateWeight();
        Adam adam = adam(AdamSettings.DEFAULT, weights, TRAINED)) {
      for (float[] gradient : GRADIENTS) {
        update(adam, gradient);
      }
      stored = AdamState.fromTensors(adam.state().toTensors());
    }
    assertThat(stored.toTensors()).containsKey("step.late").doesNotContainKey("step.w");

    // When
    float[] late;
    try (NamedArrays weights = withLateWeight();
        Adam adam = adam(weights, List.of("late"), stored)) {
      for (float[] gradient : GRADIENTS) {
        update(adam, gradient);
      }
      late = weights.get("late").toFloatArray();
      assertThat(adam.state().fewer()).isEqualTo(Map.of("late", 3L, "w", 3L));
      assertThat(adam.step()).isEqualTo(6);
    }

    // Then
    try (NamedArrays weights = weights();
        Adam adam = adam(AdamSettings.DEFAULT, weights, TRAINED)) {
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

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void severalDevicesTakeTheStepsOfOneEachItsShard(int devices) {
    // Given
    AdamSettings clipped = AdamSettings.DEFAULT.with(0.01, 1);

    // When
    Stepped one = steps(clipped, 1);
    Stepped several = steps(clipped, devices);

    // Then
    assertThat(several.state().step()).isEqualTo(one.state().step());
    assertThat(several.state().fewer()).isEqualTo(one.state().fewer());
    assertThat(several.state().moments().keySet())
        .containsExactlyElementsOf(one.state().moments().keySet());
    one.state().moments().forEach((name, m) -> assertAlike(several.state().moments().get(name), m));
    one.weights().forEach((name, w) -> assertAlike(several.weights().get(name), w));
  }

  /** A few values are rounded differently; see {@link Adam}. */
  private static void assertAlike(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    float[] values = actual.toFloats();
    float[] wanted = expected.toFloats();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(values[i]).isCloseTo(wanted[i], within(2e-7f * Math.max(1, Math.abs(wanted[i]))));
    }
  }

  @Test
  void aStateContinuesOnAnotherNumberOfDevicesAsItIsToTheBit() {
    // Given
    Stepped three = steps(AdamSettings.DEFAULT, 3);
    AdamState stored = AdamState.fromTensors(three.state().toTensors());

    // When
    AdamState resumed;
    try (Several two = new Several(AdamSettings.DEFAULT, 2, three.weights(), stored)) {
      resumed = two.adam.state();
    }

    // Then
    assertThat(resumed).isEqualTo(three.state());
    assertThat(resumed.toTensors()).containsKey("exp_avg.matrix").doesNotContainKey("step.matrix");
    assertThat(resumed.moments().get("exp_avg.frozen").toFloats()).containsOnly(0);
    assertThat(resumed.moments().get("exp_avg_sq.matrix").toFloats()).doesNotContain(0);
  }

  private record Stepped(Map<String, Tensor> weights, AdamState state) {}

  /** The weights of the devices' shards, joined, and the state after three steps. */
  private static Stepped steps(AdamSettings settings, int devices) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    Random random = new Random(3);
    values.put("matrix", gaussian(random, 31, 17));
    values.put("frozen", gaussian(random, 5));
    values.put("bias", gaussian(random, 7));
    values.put("last", gaussian(random, 100));
    AdamState zero = new AdamState(0, zeros(values));
    try (Several several = new Several(settings, devices, values, zero);
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      for (int step = 0; step < 3; step++) {
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        values.forEach((name, value) -> gradients.put(name, gaussian(random, shape(value))));
        several.adam.update(several.cut(gradients, scope), 2, LEARNING_RATE);
      }
      return new Stepped(several.joined(), several.adam.state());
    }
  }

  private static long[] shape(Tensor tensor) {
    return tensor.shape().stream().mapToLong(Long::longValue).toArray();
  }

  private static Tensor gaussian(Random random, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.f32(values, shape);
  }

  private static Map<String, Tensor> zeros(Map<String, Tensor> values) {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    for (String prefix : List.of("exp_avg.", "exp_avg_sq.")) {
      values.forEach(
          (name, value) ->
              zeros.put(
                  prefix + name, Tensor.f32(new float[value.toFloats().length], shape(value))));
    }
    return zeros;
  }

  /** An optimiser of several devices, all of which are the CPU. */
  private static final class Several implements AutoCloseable {
    private static final List<String> TRAINED = List.of("matrix", "bias", "last");
    private final List<NamedArrays> replicas;
    private final ShardedWeights weights;
    private final Adam adam;

    Several(AdamSettings settings, int devices, Map<String, Tensor> values, AdamState state) {
      replicas =
          Stream.generate(() -> new NamedArrays(values, Device.cpu())).limit(devices).toList();
      weights = new ShardedWeights(replicas, TRAINED, LISTS);
      adam = new Adam(settings, weights, THREADS, state);
    }

    /** The part of each device. */
    List<List<NDArray>> cut(Map<String, Tensor> gradients, NDManager scope) {
      if (weights.isWhole()) {
        return List.of(
            TRAINED.stream().map(n -> TensorTransfer.toDevice(gradients.get(n), scope)).toList());
      }
      return weights.shards().stream()
          .map(
              shard ->
                  shard.slices().stream()
                      .map(s -> TensorTransfer.toDevice(s.of(gradients.get(s.weight())), scope))
                      .toList())
          .toList();
    }

    /** The weights, of which each device has updated a part. */
    Map<String, Tensor> joined() {
      if (weights.isWhole()) {
        return replicas.get(0).toHost();
      }
      Map<String, Tensor> joined = new LinkedHashMap<>(replicas.get(0).toHost());
      for (int i = 0; i < replicas.size(); i++) {
        List<Slice> slices = weights.shards().get(i).slices();
        for (int k = 0; k < slices.size(); k++) {
          Tensor updated = TensorTransfer.toHost(weights.slices(i, i).get(k));
          slices.get(k).of(joined.get(slices.get(k).weight())).data().put(updated.data());
        }
      }
      return joined;
    }

    @Override
    public void close() {
      adam.close();
      weights.close();
      replicas.forEach(NamedArrays::close);
    }
  }

  @Test
  void aMomentOfTheWrongShapeIsNamed() {
    // Given
    Map<String, Tensor> moments = new LinkedHashMap<>();
    moments.put("exp_avg.w", Tensor.f32(new float[4], 4));
    moments.put("exp_avg_sq.w", Tensor.f32(new float[3], 3));

    // When / Then
    try (NamedArrays weights = weights()) {
      assertThatThrownBy(() -> adam(weights, TRAINED, new AdamState(1, moments)))
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

  private static Adam adam(AdamSettings settings, NamedArrays weights, List<String> trained) {
    return new Adam(settings, whole(weights, trained), THREADS);
  }

  private static Adam adam(NamedArrays weights, List<String> trained, AdamState state) {
    return new Adam(AdamSettings.DEFAULT, whole(weights, trained), THREADS, state);
  }

  private static ShardedWeights whole(NamedArrays weights, List<String> trained) {
    return new ShardedWeights(List.of(weights), trained, LISTS);
  }

  private static NamedArrays weights() {
    return new NamedArrays(Map.of("w", Tensor.f32(WEIGHTS, WEIGHTS.length)), Device.cpu());
  }

  private static void update(Adam adam, float[] gradient) {
    try (NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      NDArray array = scope.create(gradient.clone()).duplicate();
      adam.update(List.of(List.of(array)), (float) norm(gradient), LEARNING_RATE);
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
