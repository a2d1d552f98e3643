package deepspeech.acoustic.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import deepspeech.messages.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against {@code torch.nn.functional.ctc_loss} of PyTorch 1.13 in float64; {@code
 * ctc-loss-cases.json} names the source and holds logits, losses (null where infinite) and
 * gradients with respect to the logits.
 */
class CtcLossTest {
  private static final double TOLERANCE = 1e-5;

  private static CtcLoss loss;

  @BeforeAll
  static void compile() {
    loss = new CtcLoss();
  }

  @AfterAll
  static void close() {
    loss.close();
  }

  static List<JsonNode> cases() throws IOException {
    try (InputStream in = CtcLossTest.class.getResourceAsStream("ctc-loss-cases.json")) {
      JsonNode cases = new ObjectMapper().readTree(in).get("cases");
      return StreamSupport.stream(cases.spliterator(), false).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientEqualTheReference(JsonNode reference) {
    // Given
    JsonNode logits = reference.get("logits_T_B_V");
    int batch = logits.get(0).size();
    int vocabulary = logits.get(0).get(0).size();

    // When
    CtcLoss.LossAndGradient result =
        loss.lossAndGradient(
            Tensor.f32(floats(logits), logits.size(), batch, vocabulary),
            ints(reference.get("input_lengths")),
            leaves(reference.get("labels")).mapToInt(Double::intValue).toArray(),
            lengths(reference.get("labels")));

    // Then
    float[] gradient = result.gradient().toFloats();
    float[] expected = floats(reference.get("grad_of_sum_zero_infinity"));
    for (int b = 0; b < batch; b++) {
      JsonNode likelihood = reference.get("nll").get(b);
      if (likelihood.isNull()) {
        assertThat(result.losses()[b]).isEqualTo(Float.POSITIVE_INFINITY);
        continue;
      }
      assertThat((double) result.losses()[b]).isCloseTo(likelihood.asDouble(), within(TOLERANCE));
      for (int t = 0; t < logits.size(); t++) {
        for (int v = 0; v < vocabulary; v++) {
          int i = (t * batch + b) * vocabulary + v;
          assertThat((double) gradient[i])
              .as("t=%d b=%d v=%d", t, b, v)
              .isCloseTo(expected[i], within(TOLERANCE));
        }
      }
    }
  }

  @Test
  void everyKindOfCaseIsInTheReference() throws IOException {
    // Given
    List<JsonNode> cases = cases();

    // When
    Stream<JsonNode> likelihoods =
        cases.stream().flatMap(c -> StreamSupport.stream(c.get("nll").spliterator(), false));

    // Then
    assertThat(cases).hasSizeGreaterThanOrEqualTo(5);
    assertThat(likelihoods.map(JsonNode::isNull)).contains(true, false);
  }

  @Test
  void aBatchWithoutAnyLabelIsAllBlanks() {
    // Given
    Tensor uniform = Tensor.f32(new float[2 * 1 * 4], 2, 1, 4);

    // When
    CtcLoss.LossAndGradient result =
        loss.lossAndGradient(uniform, new int[] {2}, new int[0], new int[] {0});

    // Then
    assertThat((double) result.losses()[0]).isCloseTo(2 * Math.log(4), within(TOLERANCE));
  }

  private static int[] ints(JsonNode values) {
    return IntStream.range(0, values.size()).map(i -> values.get(i).asInt()).toArray();
  }

  private static int[] lengths(JsonNode lists) {
    return IntStream.range(0, lists.size()).map(i -> lists.get(i).size()).toArray();
  }

  private static float[] floats(JsonNode nested) {
    List<Double> values = leaves(nested).toList();
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  private static Stream<Double> leaves(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false).flatMap(CtcLossTest::leaves)
        : Stream.of(node.isNull() ? Double.NaN : node.asDouble());
  }
}
