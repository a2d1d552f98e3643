package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatchRoomTest {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void batchesTakeNoMoreRoomAtATimeThanThereIs() throws Exception {
    // Given
    BatchRoom room = new BatchRoom(10L * MEGABYTE);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    // When
    Future<?>[] all = new Future<?>[8];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          threads.submit(
              () -> {
                for (int batch = 0; batch < 500; batch++) {
                  int taken = room.take(2 * MEGABYTE);
                  most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                  Thread.onSpinWait();
                  inside.decrementAndGet();
                  room.back(taken);
                }
                return null;
              });
    }
    for (Future<?> each : all) {
      each.get();
    }
    threads.shutdown();
    // Then
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void aBatchThatIsLargerThanAllRoomTakesAllOfIt() throws Exception {
    // Given
    BatchRoom room = new BatchRoom(MEGABYTE);
    // When
    int taken = room.take(1L << 40);
    room.back(taken);
    // Then
    assertThat(taken).isEqualTo(room.take(MEGABYTE));
  }
}
