package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
    assertThat(pieces.get(0).frames()).containsExactly(7, 5);
    assertThat(pieces.get(1).frames()).containsExactly(4, 3, 2);
    assertThat(pieces.get(1).labelLengths()).containsExactly(2, 1, 1);
    assertThat(pieces.get(1).labels()).isEqualTo(Arrays.copyOfRange(BATCH.labels(), 5, 9));
    assertThat(pieces.get(1).features().toFloats())
        .isEqualTo(Arrays.copyOfRange(features, 12 * 161, features.length));
  }

  @Test
  void theLargestPieceIsAsSmallAsItCanBe() {
    Random random = new Random(5);
    for (int trial = 0; trial < 200; trial++) {
      // Given
      int[] frames = random.ints(1 + random.nextInt(9), 1, 30).toArray();
      RaggedBatch batch = Utterances.batch(1, 4, 40, frames);
      int devices = 1 + random.nextInt(4);

      // When
      List<RaggedBatch> pieces = batch.split(devices);

      // Then
      assertThat(pieces).hasSize(Math.min(devices, frames.length));
      assertThat(pieces.stream().flatMapToInt(piece -> Arrays.stream(piece.frames())).toArray())
          .isEqualTo(frames);
      assertThat(pieces.stream().mapToLong(piece -> rectangle(piece.frames())).max().orElseThrow())
          .as("%s for %d devices", Arrays.toString(frames), devices)
          .isEqualTo(smallestPossible(frames, 0, pieces.size()));
    }
  }

  /** Tries every way to cut the utterances from one on into a number of pieces. */
  private static long smallestPossible(int[] frames, int from, int pieces) {
    if (pieces == 1) {
      return rectangle(Arrays.copyOfRange(frames, from, frames.length));
    }
    long smallest = Long.MAX_VALUE;
    for (int end = from + 1; end <= frames.length - pieces + 1; end++) {
      smallest =
          Math.min(
              smallest,
              Math.max(
                  rectangle(Arrays.copyOfRange(frames, from, end)),
                  smallestPossible(frames, end, pieces - 1)));
    }
    return smallest;
  }

  private static long rectangle(int[] frames) {
    return (long) frames.length * Arrays.stream(frames).max().orElseThrow();
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
