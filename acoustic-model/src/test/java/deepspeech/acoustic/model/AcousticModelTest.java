package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.LossScale;
import deepspeech.acoustic.optimizer.LossScaleState;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden values: {@link ReferenceModel}, in plain loops and double precision. */
class AcousticModelTest {
  private static final int VOCABULARY = 5;
  private static final List<Dropout> DROPOUTS = List.of(Dropout.NONE, new Dropout(0.4, 3));
  private static final RaggedBatch BATCH = Utterances.batch(4, VOCABULARY, 9, 20, 31, 1, 27);

  private record Pass(float[] losses, Map<String, float[]> gradients, List<float[]> statistics) {}

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 1"})
  void logProbabilitiesEqualThoseOfPlainLoops(int convolutions, int layers) {
    // Given
    ModelShape shape = new ModelShape(convolutions, layers, 6, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);
    List<double[][]> expected =
        new ReferenceModel(shape, parameters).logProbabilities(BATCH, false);

    // When
    BatchLogProbabilities actual;
    try (AcousticModel model =
            new AcousticModel(
                shape, FrozenLayers.NONE, false, StepSettings.DEFAULT, Optional.empty());
        Replica replica = new Replica(shape, parameters, Device.cpu());
        NDManager scope = replica.newScope()) {
      actual =
          model.logProbabilities(scope, BATCH, replica.weights().arrays(), replica.statistics());
    }

    // Then
    int longest = actual.values().shape().get(1).intValue();
    float[] values = actual.values().toFloats();
    for (int u = 0; u < BATCH.size(); u++) {
      assertThat(actual.frames()[u]).isEqualTo(expected.get(u).length);
      for (int t = 0; t < longest; t++) {
        for (int v = 0; v < VOCABULARY; v++) {
          double wanted = t < expected.get(u).length ? expected.get(u)[t][v] : 0;
          assertThat((double) values[(u * longest + t) * VOCABULARY + v])
              .isCloseTo(wanted, within(1e-4));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lossesAndRunningStatisticsInTrainingEqualThoseOfPlainLoops(boolean fusedGru) {
    // Given
    ModelShape shape = new ModelShape(2, 2, 6, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);
    ReferenceModel reference = new ReferenceModel(shape, parameters);
    double[] expected = reference.losses(BATCH);

    // When
    Pass actual = pass(shape, parameters, BATCH, FrozenLayers.NONE, fusedGru);

    // Then
    for (int u = 0; u < BATCH.size(); u++) {
      assertThat((double) actual.losses()[u]).isCloseTo(expected[u], within(1e-4 * expected[u]));
    }
    List<Parameter> statistics =
        shape.parameters().stream().filter(p -> p.role() == Parameter.Role.STATISTIC).toList();
    for (int i = 0; i < statistics.size(); i++) {
      assertClose(
          statistics.get(i).name(),
          actual.statistics().get(i),
          reference.values(statistics.get(i).name()),
          1e-4);
    }
  }

  static Stream<Set<String>> frozenLayers() {
    return Stream.of(
        Set.of(),
        Set.of("conv.0"),
        Set.of("rnn.0"),
        Set.of("conv.0", "rnn.0"),
        Set.of("rnn.1", "output"),
        Set.of("conv.0", "rnn.0", "rnn.1"));
  }

  @ParameterizedTest
  @MethodSource("frozenLayers")
  void gradientsEqualDifferenceQuotientsOfThePlainLoops(Set<String> frozen) {
    // Given
    ModelShape shape = new ModelShape(1, 2, 4, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);
    RaggedBatch batch = Utterances.batch(6, VOCABULARY, 8, 19, 25, 12);
    Random random = new Random(3);

    // When
    Pass pass = pass(shape, parameters, batch, new FrozenLayers(frozen), false);

    // Then
    assertThat(pass.gradients().keySet())
        .containsExactlyElementsOf(
            shape.parameters().stream()
                .filter(p -> p.role() == Parameter.Role.TRAINABLE)
                .map(Parameter::name)
                .filter(name -> frozen.stream().noneMatch(layer -> name.startsWith(layer + ".")))
                .toList());
    double step = 1e-5;
    pass.gradients()
        .forEach(
            (name, gradient) -> {
              double largest =
                  IntStream.range(0, gradient.length)
                      .mapToDouble(i -> Math.abs(gradient[i]))
                      .max()
                      .orElseThrow();
              for (int i : random.ints(2, 0, gradient.length).toArray()) {
                double quotient =
                    (shiftedLoss(shape, parameters, frozen, batch, name, i, step)
                            - shiftedLoss(shape, parameters, frozen, batch, name, i, -step))
                        / (2 * step);
                assertThat((double) gradient[i])
                    .as("%s[%d]", name, i)
                    .isCloseTo(quotient, within(1e-3 * Math.max(largest, 1e-2)));
              }
            });
  }

  private static double shiftedLoss(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Set<String> frozen,
      RaggedBatch batch,
      String name,
      int index,
      double shift) {
    ReferenceModel reference = new ReferenceModel(shape, parameters, frozen);
    reference.values(name)[index] += shift;
    double sum = 0;
    for (double loss : reference.losses(batch)) {
      sum += loss;
    }
    return sum;
  }

  @Test
  void frozenLayersKeepTheirRunningStatisticsToTheBitAndTheOthersMoveTheirs() {
    // Given
    ModelShape shape = new ModelShape(2, 2, 6, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);
    Set<String> frozen = Set.of("conv.1", "rnn.0");
    ReferenceModel reference = new ReferenceModel(shape, parameters, frozen);
    double[] expected = reference.losses(BATCH);

    // When
    Pass actual = pass(shape, parameters, BATCH, new FrozenLayers(frozen), false);

    // Then
    for (int u = 0; u < BATCH.size(); u++) {
      assertThat((double) actual.losses()[u]).isCloseTo(expected[u], within(1e-4 * expected[u]));
    }
    List<String> names =
        shape.parameters().stream()
            .filter(p -> p.role() == Parameter.Role.STATISTIC)
            .map(Parameter::name)
            .toList();
    for (int i = 0; i < names.size(); i++) {
      float[] before = parameters.get(names.get(i)).toFloats();
      if (names.get(i).startsWith("conv.1.") || names.get(i).startsWith("rnn.0.")) {
        assertThat(actual.statistics().get(i)).as(names.get(i)).isEqualTo(before);
      } else {
        assertThat(actual.statistics().get(i)).as(names.get(i)).isNotEqualTo(before);
        assertClose(names.get(i), actual.statistics().get(i), reference.values(names.get(i)), 1e-4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "conv.0,conv.1,rnn.1", "rnn.0,rnn.2"})
  void theGradientWrittenOutEqualsPyTorchsOwn(String list) {
    // Given
    FrozenLayers frozen = new FrozenLayers(list.isEmpty() ? Set.of() : Set.of(list.split(",", -1)));
    ModelShape shape = new ModelShape(2, 3, 24, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);
    RaggedBatch batch = Utterances.batch(8, VOCABULARY, 10, 61, 64, 1, 40, 40, 13);

    for (Dropout dropout : DROPOUTS) {
      // When
      Pass own = pass(shape, parameters, batch, frozen, false, dropout, false);
      Pass fused = pass(shape, parameters, batch, frozen, true, dropout, false);

      // Then
      assertSameGradients(own, fused, 1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({"'', false", "'', true", "'conv.0,rnn.1', false", "'conv.0,conv.1,output', true"})
  void recomputationWithLessMemoryGivesTheSame(String list, boolean fusedGru) {
    // Given
    FrozenLayers frozen = new FrozenLayers(list.isEmpty() ? Set.of() : Set.of(list.split(",", -1)));
    ModelShape shape = new ModelShape(2, 3, 24, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);
    RaggedBatch batch = Utterances.batch(8, VOCABULARY, 10, 61, 64, 1, 40, 40, 13);

    for (Dropout dropout : DROPOUTS) {
      // When
      Pass kept = pass(shape, parameters, batch, frozen, fusedGru, dropout, false);
      Pass recomputed = pass(shape, parameters, batch, frozen, fusedGru, dropout, true);

      // Then
      assertThat(recomputed.losses()).isEqualTo(kept.losses());
      assertThat(recomputed.statistics()).usingRecursiveComparison().isEqualTo(kept.statistics());
      assertSameGradients(recomputed, kept, 1e-6);
    }
  }

  private static void assertSameGradients(Pass actual, Pass expected, double tolerance) {
    assertThat(actual.gradients().keySet()).isEqualTo(expected.gradients().keySet());
    actual
        .gradients()
        .forEach(
            (name, gradient) -> {
              float[] wanted = expected.gradients().get(name);
              double largest =
                  IntStream.range(0, wanted.length)
                      .mapToDouble(i -> Math.abs(wanted[i]))
                      .max()
                      .orElseThrow();
              for (int i = 0; i < gradient.length; i++) {
                assertThat((double) gradient[i])
                    .as("%s[%d]", name, i)
                    .isCloseTo(wanted[i], within(tolerance * Math.max(largest, 1)));
              }
            });
  }

  @Test
  void aSingleOutputFrameLeavesRunningStatisticsOfGruLayersAsTheyAre() {
    // Given
    ModelShape shape = new ModelShape(1, 1, 4, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);

    // When
    Pass pass =
        pass(shape, parameters, Utterances.batch(1, VOCABULARY, 2, 3), FrozenLayers.NONE, false);

    // Then
    assertThat(pass.statistics().get(2))
        .isEqualTo(parameters.get("rnn.0.norm.running_mean").toFloats());
    assertThat(pass.statistics().get(3))
        .isEqualTo(parameters.get("rnn.0.norm.running_var").toFloats());
    assertThat(pass.losses()[0]).isFinite();
  }

  /** As much as gradients of an ordinary program differ in bf16. */
  @ParameterizedTest
  @CsvSource({
    "BF16, false, false",
    "BF16, true, false",
    "F16, false, false",
    "BF16, false, true",
    "F16, true, true"
  })
  void productsInLowerPrecisionGiveNearlyTheGradientsOfSinglePrecision(
      Precision precision, boolean recompute, boolean fusedGru) {
    // Given
    ModelShape shape = new ModelShape(2, 3, 24, VOCABULARY);
    Map<String, Tensor> parameters = scattered(shape);
    RaggedBatch batch = Utterances.batch(8, VOCABULARY, 10, 61, 64, 1, 40, 40, 13);
    Dropout dropout = new Dropout(0.4, 3);
    StepSettings lower =
        new StepSettings(AdamSettings.DEFAULT, false, 0, dropout, false, precision);
    Optional<LossScale> scale =
        precision == Precision.F16
            ? Optional.of(new LossScale(new LossScaleState(64, 0)))
            : Optional.empty();

    // When
    Pass exact = pass(shape, parameters, batch, FrozenLayers.NONE, false, dropout, recompute);
    Pass rounded =
        pass(shape, parameters, batch, FrozenLayers.NONE, fusedGru, lower, scale, recompute);

    // Then
    double factor = scale.map(LossScale::scale).orElse(1f);
    for (int u = 0; u < exact.losses().length; u++) {
      assertThat((double) rounded.losses()[u])
          .isCloseTo(exact.losses()[u], withinPercentage(2))
          .isNotEqualTo(exact.losses()[u]);
    }
    exact
        .gradients()
        .forEach(
            (name, expected) ->
                assertThat(distance(rounded.gradients().get(name), factor, expected))
                    .as(name)
                    .isGreaterThan(0)
                    .isLessThan(0.3));
  }

  /** The norm of the difference, relative to the norm of what is expected. */
  private static double distance(float[] scaled, double factor, float[] expected) {
    assertThat(scaled).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < scaled.length; i++) {
      difference += Math.pow(scaled[i] / factor - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private static Pass pass(
      ModelShape shape,
      Map<String, Tensor> parameters,
      RaggedBatch batch,
      FrozenLayers frozen,
      boolean fusedGru) {
    return pass(shape, parameters, batch, frozen, fusedGru, Dropout.NONE, false);
  }

  private static Pass pass(
      ModelShape shape,
      Map<String, Tensor> parameters,
      RaggedBatch batch,
      FrozenLayers frozen,
      boolean fusedGru,
      Dropout dropout,
      boolean recompute) {
    StepSettings settings = new StepSettings(AdamSettings.DEFAULT, false, 0, dropout);
    return pass(shape, parameters, batch, frozen, fusedGru, settings, Optional.empty(), recompute);
  }

  private static Pass pass(
      ModelShape shape,
      Map<String, Tensor> parameters,
      RaggedBatch batch,
      FrozenLayers frozen,
      boolean fusedGru,
      StepSettings settings,
      Optional<LossScale> lossScale,
      boolean recompute) {
    try (AcousticModel model = new AcousticModel(shape, frozen, fusedGru, settings, lossScale);
        Replica replica = new Replica(shape, parameters, Device.cpu());
        NDManager scope = replica.newScope()) {
      AcousticModel.Gradients result =
          model.gradients(
              scope,
              model.upload(batch, scope),
              replica.weights().arrays(),
              replica.statistics(),
              recompute);
      Map<String, float[]> gradients = new LinkedHashMap<>();
      List<String> names = frozen.trained(shape).stream().map(Parameter::name).toList();
      assertThat(result.gradients()).hasSameSizeAs(names);
      for (int i = 0; i < names.size(); i++) {
        gradients.put(names.get(i), result.gradients().get(i).toFloatArray());
      }
      List<float[]> statistics = new ArrayList<>();
      for (NDArray statistic : result.statistics()) {
        statistics.add(statistic.toFloatArray());
      }
      return new Pass(result.losses().toFloatArray(), gradients, statistics);
    }
  }

  /**
   * First values, but with scales, offsets and running statistics that are not just ones and zeros.
   */
  private static Map<String, Tensor> scattered(ModelShape shape) {
    Random random = new Random(9);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (Parameter parameter : shape.parameters()) {
      float[] values = parameter.initialValues(17).toFloats();
      if (parameter.name().contains("norm")) {
        for (int i = 0; i < values.length; i++) {
          values[i] += (float) (0.4 * random.nextDouble());
        }
      }
      parameters.put(
          parameter.name(),
          Tensor.f32(values, parameter.shape().stream().mapToLong(Long::longValue).toArray()));
    }
    return parameters;
  }

  private static void assertClose(
      String name, float[] actual, double[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", name, i)
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
