package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.Device;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.messages.Json;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole steps against an ordinary PyTorch program: {@code acoustic-model/reference} made the golden
 * values, by {@code nn.Conv2d}, {@code nn.GRU}, automatic gradients, {@code torch.optim.Adam} and
 * {@code torch.optim.swa_utils}.
 */
class GoldenStepsTest {
  private static final String FOLDER = "steps/";
  private static final int SAMPLES = 128;

  /** Of the norm of an array. */
  private static final double TOLERANCE = 2e-3;

  private record Sizes(int[] frames, int[] labelLengths) {}

  private record Case(
      String name,
      int convLayers,
      List<String> frozen,
      double maximumNorm,
      int devices,
      double[] betas,
      double epsilon,
      double weightDecay,
      boolean normByTimes,
      double emaDecay,
      double dropout,
      long seed,
      int accumulated) {
    StepSettings settings() {
      return new StepSettings(
          new AdamSettings(betas[0], betas[1], epsilon, weightDecay, maximumNorm),
          normByTimes,
          emaDecay,
          new Dropout(dropout, seed));
    }
  }

  private record Run(String name, double[] offsets, int steps) {}

  private record Description(
      String madeWith,
      int rnnLayers,
      int units,
      int vocabulary,
      double learningRate,
      long stepsBefore,
      List<Sizes> batches,
      List<Run> runs,
      List<Case> cases) {
    ModelShape shape(Case golden) {
      return new ModelShape(golden.convLayers(), rnnLayers, units, vocabulary);
    }
  }

  private static final Description DESCRIPTION =
      Json.read(resource("cases.json"), Description.class);

  static Stream<Arguments> casesAndRuns() {
    return DESCRIPTION.cases().stream()
        .flatMap(
            golden ->
                DESCRIPTION.runs().stream()
                    .map(run -> arguments(golden.name(), run.name(), golden, run)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("casesAndRuns")
  void lossesNormsWeightsMomentsAndAveragesAreThoseOfAnOrdinaryPyTorchProgram(
      String name, String runName, Case golden, Run run) {
    // Given
    ModelShape shape = DESCRIPTION.shape(golden);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    Map<String, Tensor> moments = new LinkedHashMap<>();
    for (Parameter parameter : shape.parameters()) {
      parameters.put(parameter.name(), initial(parameter.name(), parameter, run));
      if (parameter.role() == Parameter.Role.TRAINABLE) {
        for (String kind : List.of("exp_avg.", "exp_avg_sq.")) {
          String moment = kind + parameter.name();
          moments.put(moment, initial(moment, parameter, run));
        }
      }
    }
    FrozenLayers frozen = new FrozenLayers(Set.copyOf(golden.frozen()));

    // When
    List<StepResult> results = new ArrayList<>();
    Map<String, Tensor> actual;
    try (TrainableModel model =
        TrainableModel.restore(
            shape,
            new ModelState(
                parameters,
                Optional.of(new AdamState(DESCRIPTION.stepsBefore(), moments)),
                Optional.empty()),
            frozen,
            golden.settings(),
            new Devices(Collections.nCopies(golden.devices(), Device.cpu())))) {
      for (int step = 0; step < run.steps(); step++) {
        for (int i = 0; i < golden.accumulated(); i++) {
          assertThat(model.add(batch(step * golden.accumulated() + i)).skipped()).isFalse();
        }
        results.add(model.step(DESCRIPTION.learningRate()));
      }
      actual = arrays(model.state());
    }

    // Then
    Map<String, Tensor> expected = Safetensors.read(resource(golden.name() + ".safetensors"));
    float[] norms = expected.get(run.name() + ".gradient_norms").toFloats();
    assertThat(norms).hasSize(run.steps());
    for (int step = 0; step < run.steps(); step++) {
      assertThat(results.get(step).gradientNorm())
          .as("gradient norm of step %d", step + 1)
          .isCloseTo(norms[step], withinPercentage(100 * TOLERANCE));
      assertAlike(
          expected.get(run.name() + ".losses." + (step + 1)).toFloats(),
          results.get(step).losses());
    }
    actual.forEach(
        (array, values) -> {
          if (isMomentOf(frozen, array)) {
            assertThat(values).as(array).isEqualTo(moments.get(array));
          } else {
            assertAlike(array, expected.get(run.name() + "." + array).toFloats(), values);
          }
        });
  }

  /** Every array under the name that it has in the golden values. */
  private static Map<String, Tensor> arrays(ModelState state) {
    Map<String, Tensor> arrays = new LinkedHashMap<>(state.parameters());
    arrays.putAll(state.optimizer().orElseThrow().moments());
    state
        .average()
        .ifPresent(
            average -> average.values().forEach((name, v) -> arrays.put("average." + name, v)));
    return arrays;
  }

  /** An ordinary program has none of those. */
  private static boolean isMomentOf(FrozenLayers frozen, String array) {
    return frozen.layers().stream()
        .anyMatch(layer -> array.matches("exp_avg(_sq)?\\." + layer + "\\..*"));
  }

  private static void assertAlike(float[] golden, float[] losses) {
    assertThat(losses).hasSameSizeAs(golden);
    for (int u = 0; u < golden.length; u++) {
      assertThat((double) losses[u])
          .as("loss of utterance %d", u)
          .isCloseTo(golden[u], withinPercentage(100 * TOLERANCE));
    }
  }

  private static void assertAlike(String name, float[] golden, Tensor tensor) {
    float[] actual = tensor.toFloats();
    int samples = golden.length - 1;
    assertThat(samples).as(name).isEqualTo(Math.min(SAMPLES, actual.length));
    SplitMix64 ofPlaces = new SplitMix64("places." + name);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < samples; i++) {
      int place = samples == actual.length ? i : ofPlaces.below(actual.length);
      difference += square(actual[place] - golden[i]);
      norm += square(golden[i]);
    }
    assertThat(Math.sqrt(difference / norm))
        .as("difference of %s at %d places, relative to its norm", name, samples)
        .isLessThanOrEqualTo(TOLERANCE);

    SplitMix64 other = new SplitMix64("product." + name);
    double product = 0;
    double whole = 0;
    for (float value : actual) {
      product += value * other.within(1);
      whole += square(value);
    }
    assertThat(product)
        .as("product of the whole of %s with a random array", name)
        .isCloseTo(golden[samples], within(TOLERANCE * Math.sqrt(whole)));
  }

  private static double square(double value) {
    return value * value;
  }

  /** The same numbers as in {@code steps.py}. */
  private static Tensor initial(String name, Parameter parameter, Run run) {
    long[] dimensions = parameter.shape().stream().mapToLong(Long::longValue).toArray();
    int fanIn =
        Math.toIntExact(dimensions.length > 1 ? parameter.size() / dimensions[0] : dimensions[0]);
    SplitMix64 random = new SplitMix64(name);
    float[] values = new float[(int) parameter.size()];
    for (int i = 0; i < values.length; i++) {
      double centre = 0;
      double bound = 0.3;
      if (name.startsWith("exp_avg_sq.")) {
        centre = 0.01;
        bound = 0.005;
      } else if (name.startsWith("exp_avg.")) {
        bound = 0.1;
      } else if (name.matches("conv\\.\\d\\.norm\\.bias")) {
        centre = run.offsets()[i % run.offsets().length];
      } else if (name.endsWith("norm.weight") || name.endsWith("running_var")) {
        centre = 1;
      } else if (!name.contains(".norm.")) {
        bound = 1.5 / Math.sqrt(fanIn);
      }
      values[i] = (float) (centre + random.within(bound));
    }
    return Tensor.f32(values, dimensions);
  }

  private static RaggedBatch batch(int number) {
    Sizes sizes = DESCRIPTION.batches().get(number % DESCRIPTION.batches().size());
    int frames = Arrays.stream(sizes.frames()).sum();
    SplitMix64 random = new SplitMix64("features." + number);
    float[] features = new float[frames * FeatureBatch.BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.within(2);
    }
    SplitMix64 ofLabels = new SplitMix64("labels." + number);
    int[] labels = new int[Arrays.stream(sizes.labelLengths()).sum()];
    Arrays.setAll(labels, i -> 1 + ofLabels.below(DESCRIPTION.vocabulary() - 1));
    return new RaggedBatch(
        Tensor.f32(features, frames, FeatureBatch.BINS),
        sizes.frames(),
        labels,
        sizes.labelLengths(),
        new BatchPlace(1, number, 0));
  }

  private static byte[] resource(String name) {
    try (InputStream in = GoldenStepsTest.class.getResourceAsStream(FOLDER + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
