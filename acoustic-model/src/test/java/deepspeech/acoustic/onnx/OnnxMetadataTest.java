package deepspeech.acoustic.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.FeatureBatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxMetadataTest {
  /** The surrogates are those of U+282CB in the code charts of Unicode. */
  @Test
  void theVocabularyStandsThereInAsciiTooWithCharactersBeyondTheFirstPlaneAsPairs() {
    // Given
    double[] bins = new double[FeatureBatch.BINS];

    // When
    Map<String, String> entries =
        new OnnxMetadata(
                List.of("<blank>", "a", "\"", "\u4f60", Character.toString(0x282CB)),
                bins,
                bins,
                Map.of())
            .entries();

    // Then
    assertThat(entries.get("vocabulary_json"))
        .isEqualTo("[\"<blank>\",\"a\",\"\\\"\",\"\\u4F60\",\"\\uD860\\uDECB\"]");
    assertThat(entries.get("vocabulary"))
        .isEqualTo("<blank>\na\n\"\n\u4f60\n" + Character.toString(0x282CB));
  }

  @Test
  void provenanceCannotTakeTheNameOfAnEntryThatTheModelNeeds() {
    // Given
    double[] bins = new double[FeatureBatch.BINS];

    // Then
    assertThatThrownBy(
            () ->
                new OnnxMetadata(
                    List.of("<blank>", "a"), bins, bins, Map.of("vocabulary", "a hash")))
        .hasMessage("provenance: \"vocabulary\" given, allowed: names other than the model's own");
  }
}
