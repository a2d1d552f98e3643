package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaggedBatchTest {
  private static final RaggedBatch BATCH = Utterances.batch(1, 4, 2, 7, 5, 4, 3, 2);

  @Test
  void aBatchIsCutByUtterancesInOrder() {
    // Given
    float[] features = BATCH.features().toFloats();

    // When
    List<RaggedBatch> pieces = BATCH.split(2);

    // Then
    assertThat(pieces).hasSize(2);
    assertThat(pieces.get(0).frames()).containsExactly(7, 5, 4);
    assertThat(pieces.get(1).frames()).containsExactly(3, 2);
    assertThat(pieces.get(1).labelLengths()).containsExactly(1, 1);
    assertThat(pieces.get(1).labels()).isEqualTo(Arrays.copyOfRange(BATCH.labels(), 7, 9));
    assertThat(pieces.get(1).features().toFloats())
        .isEqualTo(Arrays.copyOfRange(features, 16 * 161, features.length));
  }

  @Test
  void aBatchOfFewerUtterancesThanDevicesGivesEachOne() {
    // Given
    int devices = 9;

    // When
    List<RaggedBatch> pieces = BATCH.split(devices);

    // Then
    assertThat(pieces).hasSize(5).allSatisfy(piece -> assertThat(piece.size()).isEqualTo(1));
  }

  @Test
  void featuresThatDoNotMatchTheFramesAreAnError() {
    // Given
    Tensor features = Tensor.f32(new float[161 * 3], 3, 161);

    // When / Then
    assertThatThrownBy(() -> new RaggedBatch(features, new int[] {4}, new int[0], new int[] {0}))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "features: \"shape [3, 161]\" given, allowed: [sum of frames, 161], here [4, 161]");
  }

  @Test
  void labelsThatDoNotMatchTheirLengthsAreAnError() {
    // Given
    Tensor features = Tensor.f32(new float[161 * 3], 3, 161);

    // When / Then
    assertThatThrownBy(() -> new RaggedBatch(features, new int[] {3}, new int[] {1}, new int[] {2}))
        .hasMessage("labels: \"1 values\" given, allowed: the sum of label_lengths");
  }
}
