package deepspeech.broker.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetsTest {
  @Test
  void waitingEventsAreThoseBetweenDoneAndEndOfEveryPartition() {
    assertThat(new Offsets(Map.of(0, 9L, 1, 4L), Map.of(0, 7L, 1, 4L)).waiting()).isEqualTo(2);
  }

  @Test
  void aPartitionOfWhichNothingIsDoneWaitsFromItsFirstEvent() {
    assertThat(new Offsets(Map.of(0, 3L), Map.of()).waiting()).isEqualTo(3);
  }

  @Test
  void anEarlierEndIsReachedWhenEveryPartitionHasReachedIt() {
    // Given
    Offsets offsets = new Offsets(Map.of(0, 9L, 1, 4L), Map.of(0, 7L, 1, 4L));

    // Then
    assertThat(offsets.reached(Map.of(0, 7L, 1, 3L))).isTrue();
    assertThat(offsets.reached(Map.of(0, 8L, 1, 3L))).isFalse();
    assertThat(offsets.reached(Map.of(0, 7L, 1, 5L))).isFalse();
  }
}
