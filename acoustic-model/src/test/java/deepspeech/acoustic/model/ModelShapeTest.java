package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelShapeTest {
  @Test
  void parametersHaveTheNamesAndShapesOfTheContract() {
    // Given
    ModelShape shape = new ModelShape(2, 2, 128, 30);

    // When
    Map<String, List<Long>> shapes =
        shape.parameters().stream().collect(Collectors.toMap(Parameter::name, Parameter::shape));

    // Then
    assertThat(shapes)
        .containsEntry("conv.0.weight", List.of(32L, 1L, 41L, 11L))
        .containsEntry("conv.1.weight", List.of(32L, 32L, 21L, 11L))
        .containsEntry("conv.1.norm.running_var", List.of(32L))
        .containsEntry("rnn.0.norm.weight", List.of(1312L))
        .containsEntry("rnn.0.weight_ih", List.of(384L, 1312L))
        .containsEntry("rnn.1.norm.running_mean", List.of(256L))
        .containsEntry("rnn.1.weight_ih_reverse", List.of(384L, 256L))
        .containsEntry("rnn.1.weight_hh_reverse", List.of(384L, 128L))
        .containsEntry("rnn.1.bias_hh", List.of(384L))
        .containsEntry("output.weight", List.of(30L, 256L))
        .containsEntry("output.bias", List.of(30L))
        .hasSize(2 * 5 + 2 * 12 + 2);
  }

  @ParameterizedTest
  @CsvSource({"1, 81", "2, 41", "3, 21"})
  void eachConvolutionHalvesTheFrequencyBins(int convolutions, int bins) {
    // Given
    ModelShape shape = new ModelShape(convolutions, 1, 8, 4);

    // When
    int left = shape.frequencyBins();

    // Then
    assertThat(left).isEqualTo(bins);
    assertThat(shape.rnnInputSize(0)).isEqualTo(32 * bins);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 8, 4, num_conv_layers: 0 given",
    "4, 1, 8, 4, num_conv_layers: 4 given",
    "2, 0, 8, 4, num_rnn_layers: 0 given",
    "2, 1, 0, 4, rnn_layer_size: 0 given",
    "2, 1, 8, 1, vocabulary: \"1 tokens\" given"
  })
  void aSizeOutOfRangeIsNamed(
      int convolutions, int layers, int units, int vocabulary, String message) {
    // Given / When / Then
    assertThatThrownBy(() -> new ModelShape(convolutions, layers, units, vocabulary))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void firstValuesOfAParameterDependOnSeedAndNameAlone() {
    // Given
    Parameter inSmall = named("conv.0.weight", new ModelShape(1, 1, 8, 4));
    Parameter inLarge = named("conv.0.weight", new ModelShape(3, 2, 64, 40));

    // When
    float[] one = inSmall.initialValues(5).toFloats();
    float[] other = inLarge.initialValues(5).toFloats();

    // Then
    assertThat(one).isEqualTo(other);
  }

  @Test
  void firstValuesFillTheirRange() {
    // Given
    Parameter weight = named("rnn.0.weight_hh", new ModelShape(2, 1, 64, 4));
    double bound = 1 / Math.sqrt(64);

    // When
    float[] values = weight.initialValues(5).toFloats();

    // Then
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      assertThat((double) Math.abs(value)).isLessThanOrEqualTo(bound);
      sum += value;
      squares += value * value;
    }
    double variance = squares / values.length;
    assertThat(sum / values.length).isBetween(-0.05 * bound, 0.05 * bound);
    assertThat(variance / (bound * bound / 3)).isBetween(0.95, 1.05);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 11, 4300})
  void theOutputBeginsWithNineTenthsOfTheProbabilityForTheBlank(int vocabulary) {
    // Given
    Parameter bias = named("output.bias", new ModelShape(2, 1, 8, vocabulary));

    // When
    float[] values = bias.initialValues(5).toFloats();

    // Then
    double sum = 0;
    for (float value : values) {
      sum += Math.exp(value);
    }
    assertThat(Math.exp(values[0]) / sum).isCloseTo(0.9, within(1e-6));
    assertThat(Arrays.copyOfRange(values, 1, vocabulary)).containsOnly(0);
  }

  private static Parameter named(String name, ModelShape shape) {
    return shape.parameters().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }
}
