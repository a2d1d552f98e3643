package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of several batches; {@link GoldenStepsTest} has the values of an ordinary program. */
class AccumulatedStepTest {
  private static final ModelShape SMALL = new ModelShape(2, 2, 16, 6);
  private static final List<RaggedBatch> BATCHES =
      List.of(
          Utterances.batch(1, 6, 20, 97, 60, 121, 80),
          Utterances.batch(2, 6, 20, 40, 111, 64),
          Utterances.batch(3, 6, 20, 75, 75));
  private static final StepSettings AVERAGED =
      new StepSettings(AdamSettings.DEFAULT, false, 0.9, Dropout.NONE);

  /** The first moment is the gradient then: not clipped, without L2. */
  private static final StepSettings GRADIENT_AS_MOMENT =
      new StepSettings(new AdamSettings(0, 0.999, 1e-8, 0, 1e9), false, 0, Dropout.NONE);

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu,cpu"})
  void theGradientOfAStepIsTheSumOfThoseOfItsBatches(String list) {
    // Given
    Map<String, double[]> sums = new LinkedHashMap<>();
    List<Float> losses = new ArrayList<>();
    for (RaggedBatch batch : BATCHES) {
      try (TrainableModel model = of(initial(), GRADIENT_AS_MOMENT, devices(list))) {
        for (float loss : model.step(batch, 1e-3).losses()) {
          losses.add(loss);
        }
        gradients(model)
            .forEach((name, gradient) -> sums.merge(name, gradient, AccumulatedStepTest::sum));
      }
    }

    // When
    try (TrainableModel model = of(initial(), GRADIENT_AS_MOMENT, devices(list))) {
      BATCHES.forEach(model::add);
      StepResult result = model.step(1e-3);

      // Then
      Map<String, double[]> accumulated = gradients(model);
      double norm = norm(sums.values().stream().flatMapToDouble(Arrays::stream).toArray());
      assertThat(accumulated.keySet()).isEqualTo(sums.keySet()).isNotEmpty();
      sums.forEach(
          (name, expected) ->
              assertThat(norm(difference(accumulated.get(name), expected)))
                  .as(name)
                  .isLessThan(1e-6 * norm));
      assertThat(result.gradientNorm()).isCloseTo(norm, withinPercentage(1e-3));
      assertThat(result.losses()).containsExactly(toFloats(losses));
      assertThat(model.stepsTaken()).isEqualTo(1);
    }
  }

  @Test
  void withFrozenNormalisationTheBatchesAreAsOneBatchOfAllTheirUtterances() {
    // Given
    FrozenLayers frozen = new FrozenLayers(Set.of("conv.0", "conv.1", "rnn.0", "rnn.1"));
    StepSettings clipped =
        new StepSettings(new AdamSettings(0, 0.999, 1e-8, 0, 5), false, 0, Dropout.NONE);
    RaggedBatch all = BATCHES.stream().reduce(AccumulatedStepTest::joined).orElseThrow();

    // When
    try (TrainableModel one =
            TrainableModel.restore(SMALL, initial(), frozen, clipped, Devices.CPU);
        TrainableModel several =
            TrainableModel.restore(SMALL, initial(), frozen, clipped, Devices.CPU)) {
      StepResult ofOne = one.step(all, 1e-2);
      BATCHES.forEach(several::add);
      StepResult ofSeveral = several.step(1e-2);

      // Then
      assertThat(ofOne.gradientNorm()).isGreaterThan(5);
      assertThat(ofSeveral.gradientNorm()).isCloseTo(ofOne.gradientNorm(), withinPercentage(1e-3));
      assertThat(ofSeveral.meanLoss()).isCloseTo(ofOne.meanLoss(), withinPercentage(1e-3));
      double[] expected = ofOutput(one);
      assertThat(norm(difference(ofOutput(several), expected))).isLessThan(1e-6 * 5);
      assertThat(norm(expected)).isCloseTo(5, within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu,cpu"})
  void batchesThatAreAddedAndDiscardedLeaveNoTrace(String list) {
    // Given
    try (TrainableModel disturbed = of(initial(), AVERAGED, devices(list));
        TrainableModel calm = of(initial(), AVERAGED, devices(list))) {
      step(disturbed, 0, 1);
      step(calm, 0, 1);
      ModelState before = calm.state();

      // When
      BATCHES.forEach(disturbed::add);
      ModelState meanwhile = disturbed.state();
      disturbed.discard();

      // Then
      assertThat(meanwhile).isEqualTo(before);
      assertThat(step(disturbed, 2, 0).losses()).isEqualTo(step(calm, 2, 0).losses());
      assertThat(disturbed.state()).isEqualTo(calm.state()).isNotEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu,cpu"})
  void resumingFromASnapshotEqualsTrainingWithoutInterruptionToTheBit(String list) {
    // Given
    try (TrainableModel uninterrupted = of(initial(), AVERAGED, devices(list))) {
      step(uninterrupted, 0, 1);
      ModelState snapshot = uninterrupted.state();
      step(uninterrupted, 2, 0, 1);

      // When
      try (TrainableModel resumed = of(snapshot, AVERAGED, devices(list))) {
        step(resumed, 2, 0, 1);

        // Then
        assertThat(resumed.state()).isEqualTo(uninterrupted.state());
        assertThat(resumed.stepsTaken()).isEqualTo(2);
        assertThat(resumed.state().average().orElseThrow().updates()).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aBatchThatIsNotFiniteIsSkippedAloneWhereverItStands(int place) {
    // Given
    List<RaggedBatch> batches = new ArrayList<>(BATCHES.subList(0, 2));
    batches.add(place, infeasible());
    try (TrainableModel with = of(initial(), AVERAGED, Devices.CPU);
        TrainableModel without = of(initial(), AVERAGED, Devices.CPU)) {

      // When
      List<Boolean> skipped = batches.stream().map(batch -> with.add(batch).skipped()).toList();
      StepResult result = with.step(1e-3);

      // Then
      assertThat(skipped).isEqualTo(IntStream.range(0, 3).mapToObj(i -> i == place).toList());
      StepResult expected = step(without, 0, 1);
      assertThat(result.skipped()).isFalse();
      assertThat(result.losses()).isEqualTo(expected.losses());
      assertThat(result.gradientNorm()).isEqualTo(expected.gradientNorm());
      assertThat(with.state()).isEqualTo(without.state());
    }
  }

  @Test
  void aStepAllOfWhoseBatchesAreNotFiniteIsSkippedAndChangesNothing() {
    // Given
    try (TrainableModel model = of(initial(), AVERAGED, Devices.CPU)) {
      step(model, 0);
      ModelState before = model.state();

      // When
      model.add(infeasible());
      model.add(infeasible());
      StepResult result = model.step(1e-3);

      // Then
      assertThat(result.skipped()).isTrue();
      assertThat(result.losses()).hasSize(8).contains(Float.POSITIVE_INFINITY);
      assertThat(model.state()).isEqualTo(before);
      assertThat(step(model, 1).skipped()).isFalse();
    }
  }

  @Test
  void aStepWhoseSumIsNotFiniteIsSkippedAndChangesNothing() {
    // Given
    float scale = 1e6f;
    try (TrainableModel model = of(scaled(scale), AVERAGED, Devices.CPU)) {
      // The squares of twice this norm are above the largest number of single precision.
      scale *= (float) (1.4e19 / model.step(BATCHES.get(0), 1e-3).gradientNorm());
    }
    try (TrainableModel model = of(scaled(scale), AVERAGED, Devices.CPU)) {
      ModelState before = model.state();

      // When
      boolean first = model.add(BATCHES.get(0)).skipped();
      boolean second = model.add(BATCHES.get(0)).skipped();
      StepResult result = model.step(1e-3);

      // Then
      assertThat(List.of(first, second)).containsExactly(false, false);
      assertThat(result.gradientNorm()).isInfinite();
      assertThat(result.skipped()).isTrue();
      assertThat(model.state()).isEqualTo(before);
    }
  }

  private static Devices devices(String list) {
    return Devices.resolve(false, Optional.of(list));
  }

  private static TrainableModel of(ModelState state, StepSettings settings, Devices devices) {
    return TrainableModel.restore(SMALL, state, FrozenLayers.NONE, settings, devices);
  }

  private static ModelState initial() {
    return scaled(1);
  }

  /**
   * A model whose first GRU layer has a larger input and smaller weights for it: its output is the
   * same, and the gradient of those weights is larger.
   */
  private static ModelState scaled(float factor) {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    SMALL
        .parameters()
        .forEach(
            parameter -> {
              String name = parameter.name();
              float own = 1;
              if (name.startsWith("rnn.0.norm.") && !name.contains("running")) {
                own = factor;
              } else if (name.startsWith("rnn.0.weight_ih")) {
                own = 1 / factor;
              }
              parameters.put(name, multiplied(parameter.initialValues(3), own));
            });
    return ModelState.of(parameters);
  }

  private static Tensor multiplied(Tensor tensor, float factor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.f32(values, tensor.shape().stream().mapToLong(n -> n).toArray());
  }

  private static StepResult step(TrainableModel model, int... batches) {
    for (int batch : batches) {
      model.add(BATCHES.get(batch));
    }
    return model.step(1e-3);
  }

  private static RaggedBatch infeasible() {
    RaggedBatch batch = BATCHES.get(0);
    int[] labels = new int[100];
    Arrays.fill(labels, 1);
    return new RaggedBatch(batch.features(), batch.frames(), labels, new int[] {100, 0, 0, 0});
  }

  private static RaggedBatch joined(RaggedBatch first, RaggedBatch second) {
    int[] frames = joined(first.frames(), second.frames());
    float[] features =
        Arrays.copyOf(first.features().toFloats(), Arrays.stream(frames).sum() * 161);
    float[] others = second.features().toFloats();
    System.arraycopy(others, 0, features, features.length - others.length, others.length);
    return new RaggedBatch(
        Tensor.f32(features, features.length / 161, 161),
        frames,
        joined(first.labels(), second.labels()),
        joined(first.labelLengths(), second.labelLengths()));
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  private static double[] ofOutput(TrainableModel model) {
    Map<String, double[]> gradients = gradients(model);
    return DoubleStream.concat(
            Arrays.stream(gradients.get("exp_avg.output.weight")),
            Arrays.stream(gradients.get("exp_avg.output.bias")))
        .toArray();
  }

  private static Map<String, double[]> gradients(TrainableModel model) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    model
        .optimizerState()
        .moments()
        .forEach(
            (name, moment) -> {
              if (name.startsWith("exp_avg.")) {
                float[] values = moment.toFloats();
                gradients.put(
                    name, IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray());
              }
            });
    return gradients;
  }

  private static double[] sum(double[] first, double[] second) {
    return IntStream.range(0, first.length).mapToDouble(i -> first[i] + second[i]).toArray();
  }

  private static double[] difference(double[] first, double[] second) {
    return IntStream.range(0, first.length).mapToDouble(i -> first[i] - second[i]).toArray();
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
  }

  private static float[] toFloats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
