package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.Json;
import deepspeech.messages.tensor.Tensor;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Golden values: {@code acoustic-model/reference/run means}, by torch.optim.swa_utils. */
class EpochWeightsTest {
  @Test
  void theMeanIsThatOfPyTorch() throws Exception {
    // Given
    JsonNode golden;
    try (InputStream in = EpochWeightsTest.class.getResourceAsStream("means.json")) {
      golden = Json.readTree(in.readAllBytes());
    }
    EpochWeights weights = EpochWeights.NONE;
    for (Map.Entry<String, JsonNode> epoch : golden.path("epochs").properties()) {
      weights = weights.with(Integer.parseInt(epoch.getKey()), tensors(epoch.getValue()));
    }

    // When
    Map<String, Tensor> mean = weights.mean();

    // Then
    Map<String, Tensor> expected = tensors(golden.path("mean"));
    assertThat(weights.epochs()).containsExactly(1, 2, 4, 5);
    assertThat(mean).containsOnlyKeys(expected.keySet()).containsKey("0.running_var");
    expected.forEach(
        (name, values) -> {
          assertThat(mean.get(name).shape()).as(name).isEqualTo(values.shape());
          assertThat(mean.get(name).toFloats())
              .as(name)
              .containsExactly(values.toFloats(), within(1e-6f));
        });
  }

  @Test
  void aWeightThatIsTheSameInAllEpochsIsItsMeanToTheBit() {
    // Given
    float[] fixed = {0.1f, -1e-30f, 3.3e7f, 1 / 3f, -0.7f};
    EpochWeights weights = EpochWeights.NONE;
    for (int epoch = 1; epoch <= 7; epoch++) {
      weights = weights.with(epoch, Map.of("w", Tensor.f32(fixed, fixed.length)));
    }

    // When
    float[] mean = weights.mean().get("w").toFloats();

    // Then
    assertThat(mean).isEqualTo(fixed);
  }

  private static Map<String, Tensor> tensors(JsonNode arrays) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> array : arrays.properties()) {
      JsonNode values = array.getValue();
      tensors.put(
          array.getKey(),
          values.path(0).isArray()
              ? Tensor.f32(flat(values), values.size(), values.path(0).size())
              : Tensor.f32(flat(values), values.size()));
    }
    return tensors;
  }

  private static float[] flat(JsonNode values) {
    double[] numbers =
        StreamSupport.stream(values.spliterator(), false)
            .flatMap(
                value ->
                    value.isArray()
                        ? StreamSupport.stream(value.spliterator(), false)
                        : Stream.of(value))
            .mapToDouble(JsonNode::asDouble)
            .toArray();
    float[] flat = new float[numbers.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) numbers[i];
    }
    return flat;
  }
}
