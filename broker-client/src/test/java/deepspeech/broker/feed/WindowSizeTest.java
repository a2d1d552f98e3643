package deepspeech.broker.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowSizeTest {
  private static final Prefetch TEN_SECONDS = new Prefetch(8, 2, 100, Duration.ofSeconds(10));
  private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

  @Test
  void aFastConsumerGetsAsManyBatchesAsItUsesInTheTime() {
    // Given
    WindowSize size = new WindowSize(TEN_SECONDS);
    // When
    use(size, 200, 250);
    // Then
    assertThat(size.batches()).isEqualTo(40);
  }

  @Test
  void aSlowConsumerHoldsFewerBatches() {
    // Given
    WindowSize size = new WindowSize(TEN_SECONDS);
    // When
    use(size, 20, 3000);
    // Then
    assertThat(size.batches()).isEqualTo(4);
  }

  @Test
  void theNumberStaysWithinItsLimits() {
    // Given
    WindowSize fast = new WindowSize(TEN_SECONDS);
    WindowSize slow = new WindowSize(TEN_SECONDS);
    // When
    use(fast, 1000, 0);
    use(slow, 20, 60_000);
    // Then
    assertThat(fast.batches()).isEqualTo(100);
    assertThat(slow.batches()).isEqualTo(2);
  }

  @Test
  void itGrowsByOneBatchAtATimeOnceTheSpeedIsKnown() {
    // Given
    WindowSize size = new WindowSize(TEN_SECONDS);
    // When
    use(size, 8, 10);
    int unknown = size.batches();
    use(size, 3, 10);
    // Then
    assertThat(unknown).isEqualTo(8);
    assertThat(size.batches()).isEqualTo(11);
  }

  @Test
  void aCheckpointBetweenTwoBatchesChangesNothing() {
    // Given
    WindowSize size = new WindowSize(TEN_SECONDS);
    use(size, 200, 250);
    // When
    use(size, 1, 30_000);
    use(size, 3, 250);
    // Then
    assertThat(size.batches()).isEqualTo(40);
  }

  @Test
  void aConsumerThatWaitsForDataPrepGetsAsManyBatchesAsDataPrepMakes() {
    // Given
    WindowSize size = new WindowSize(TEN_SECONDS);
    use(size, 200, 10);
    int before = size.batches();
    // When
    for (int batch = 0; batch < 100; batch++) {
      size.delivered(10 * MILLISECOND, 490 * MILLISECOND);
    }
    // Then
    assertThat(before).isEqualTo(100);
    assertThat(size.batches()).isEqualTo(20);
  }

  @Test
  void batchesThatArriveTogetherAfterAWaitCountByTheirMean() {
    // Given
    WindowSize size = new WindowSize(TEN_SECONDS);
    // When
    for (int batch = 0; batch < 320; batch++) {
      size.delivered(0, batch % 16 == 0 ? 8000 * MILLISECOND : 0);
    }
    // Then
    assertThat(size.batches()).isEqualTo(20);
  }

  @Test
  void aFixedNumberStays() {
    // Given
    WindowSize size = new WindowSize(Prefetch.fixed(3));
    // When
    use(size, 50, 1);
    // Then
    assertThat(size.batches()).isEqualTo(3);
  }

  @Test
  void aNumberBelowOneIsRefused() {
    // When
    // Then
    assertThatThrownBy(() -> Prefetch.fixed(0))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("window: 0 given, allowed: a whole number from 1");
  }

  private static void use(WindowSize size, int batches, long milliseconds) {
    for (int batch = 0; batch < batches; batch++) {
      size.delivered(milliseconds * MILLISECOND, 0);
    }
  }
}
