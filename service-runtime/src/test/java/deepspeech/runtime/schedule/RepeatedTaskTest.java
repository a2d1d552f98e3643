package deepspeech.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RepeatedTaskTest {
  @Test
  void aTaskThatFailsIsRepeatedAllTheSame() throws Exception {
    // Given
    CountDownLatch calls = new CountDownLatch(3);
    try (RepeatedTask task =
        new RepeatedTask(
            "failing",
            () -> {
              calls.countDown();
              throw new IllegalStateException("planted");
            })) {
      // When
      task.start(Duration.ZERO, Duration.ofMillis(1));

      // Then
      assertThat(calls.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aTaskIsRunOnceMoreOnRequestAndNotAfterItsEnd() throws Exception {
    // Given
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    RepeatedTask task =
        new RepeatedTask(
            "counted",
            () -> {
              calls.incrementAndGet();
              first.countDown();
            });

    // When
    task.soon();
    assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
    task.close();
    task.soon();

    // Then
    assertThat(calls).hasValue(1);
  }
}
