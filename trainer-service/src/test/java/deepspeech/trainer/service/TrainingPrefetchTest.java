package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.feed.Prefetch;
import deepspeech.messages.features.BatchShape;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TrainingPrefetchTest {
  private static final long GIGABYTE = 1L << 30;

  @Test
  void batchesForFifteenSecondsOfTrainingMayTakeAnEighthOfTheHeap() {
    // Given
    TrainingPrefetch prefetch = new TrainingPrefetch(OptionalInt.empty(), GIGABYTE);
    // When
    Prefetch small = prefetch.of(new BatchShape(16, 500, 30));
    // Then
    assertThat(small.ahead()).isEqualTo(Duration.ofSeconds(15));
    assertThat(small.atStart()).isEqualTo(8);
    // 2^27 / (16 * 500 * 161 * 2)
    assertThat(small.most()).isEqualTo(52);
  }

  @Test
  void hugeBatchesAreRequestedTwoAheadHoweverSmallTheHeapIs() {
    // Given
    TrainingPrefetch prefetch = new TrainingPrefetch(OptionalInt.empty(), GIGABYTE / 4);
    // When
    Prefetch huge = prefetch.of(new BatchShape(512, 3000, 300));
    // Then
    assertThat(huge.atStart()).isEqualTo(2);
    assertThat(huge.most()).isEqualTo(2);
  }

  @Test
  void aConfiguredNumberHoldsForEveryBatch() {
    // Given
    TrainingPrefetch prefetch = new TrainingPrefetch(OptionalInt.of(3), GIGABYTE / 4);
    // When
    Prefetch configured = prefetch.of(new BatchShape(512, 3000, 300));
    // Then
    assertThat(configured).isEqualTo(Prefetch.fixed(3));
  }
}
