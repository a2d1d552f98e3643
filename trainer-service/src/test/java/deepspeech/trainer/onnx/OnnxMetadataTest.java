package deepspeech.trainer.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.FeatureBatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxMetadataTest {
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
