package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaggedBatchesTest {
  private final RaggedBatches batches = new RaggedBatches();

  private static FeatureBatch batch(int number) {
    return new FeatureBatch(
        new BatchKey(new RunId("run"), Split.TRAIN, "f", 1, number),
        new short[FeatureBatch.BINS],
        new int[] {1},
        new int[0],
        new int[] {0},
        new long[] {1},
        List.of(""),
        List.of());
  }

  @Test
  void aBatchThatWasConvertedAheadIsNotConvertedAgain() {
    // Given
    RaggedBatch ahead = batches.ahead(batch(3));

    // When
    RaggedBatch needed = batches.of(batch(3));
    RaggedBatch repeated = batches.of(batch(3));

    // Then
    assertThat(needed).isSameAs(ahead);
    assertThat(repeated).isNotSameAs(ahead);
  }

  @Test
  void anotherBatchThanTheOneConvertedAheadIsConverted() {
    // Given
    RaggedBatch ahead = batches.ahead(batch(3));

    // When
    RaggedBatch needed = batches.of(batch(4));

    // Then
    assertThat(needed).isNotSameAs(ahead);
    assertThat(needed.place().batch()).isEqualTo(4);
  }
}
