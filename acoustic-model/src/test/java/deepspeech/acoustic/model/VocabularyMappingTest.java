package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VocabularyMappingTest {
  @Test
  void tokensAreKnownByThemselvesAndTheBlankByItsPosition() {
    // Given
    List<String> trained = List.of("<blank>", "a", "b", "c");

    // When
    VocabularyMapping mapping = new VocabularyMapping(trained, List.of("_", "c", "<blank>", "a"));

    // Then
    assertThat(mapping.keptCount()).isEqualTo(3);
    assertThat(mapping.added()).containsExactly("<blank>");
    assertThat(mapping.dropped()).containsExactly("b");
  }

  @Test
  void theSameTokensInAnotherOrderAreNoSameVocabularyAndAllKept() {
    // Given
    List<String> trained = List.of("<blank>", "a", "b");

    // When
    VocabularyMapping swapped = new VocabularyMapping(trained, List.of("<blank>", "b", "a"));

    // Then
    assertThat(new VocabularyMapping(trained, trained).isSame()).isTrue();
    assertThat(swapped.isSame()).isFalse();
    assertThat(swapped.keptCount()).isEqualTo(3);
    assertThat(swapped.added()).isEmpty();
    assertThat(swapped.dropped()).isEmpty();
  }

  @Test
  void rowsOfSharedTokensMoveNewOnesAreThoseOfAFreshModelAndTheRestStays() {
    // Given
    ModelShape before = new ModelShape(1, 1, 1, 3);
    ModelShape after = new ModelShape(1, 1, 1, 4);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    before.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(1)));
    parameters.put("output.weight", Tensor.f32(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    parameters.put("output.bias", Tensor.f32(new float[] {7, 8, 9}, 3));
    VocabularyMapping mapping =
        new VocabularyMapping(List.of("-", "a", "b"), List.of("-", "b", "x", "a"));

    // When
    Map<String, Tensor> mapped = mapping.apply(parameters, after, 42);

    // Then
    float[] weight = values(after, "output.weight", 42);
    float[] bias = values(after, "output.bias", 42);
    assertThat(mapped.get("output.weight"))
        .isEqualTo(Tensor.f32(new float[] {1, 2, 5, 6, weight[4], weight[5], 3, 4}, 4, 2));
    assertThat(mapped.get("output.bias")).isEqualTo(Tensor.f32(new float[] {7, 9, bias[2], 8}, 4));
    parameters.keySet().stream()
        .filter(name -> !name.startsWith("output."))
        .forEach(name -> assertThat(mapped.get(name)).isSameAs(parameters.get(name)));
    assertThat(mapped.keySet()).isEqualTo(parameters.keySet());
  }

  private static float[] values(ModelShape shape, String name, long seed) {
    return shape.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow()
        .initialValues(seed)
        .toFloats();
  }

  @Test
  void manyTokensAreShownInPartAndWhiteSpaceIsSeen() {
    // Given
    List<String> tokens = List.of("a", " ", "b", "c");

    // Then
    assertThat(VocabularyMapping.shown(tokens, 2)).isEqualTo("a ' ' and 2 more");
    assertThat(VocabularyMapping.shown(tokens, 4)).isEqualTo("a ' ' b c");
  }
}
