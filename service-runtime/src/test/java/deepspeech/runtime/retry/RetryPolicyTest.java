package deepspeech.runtime.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(1), Duration.ofMillis(4));

  private final AtomicInteger attempts = new AtomicInteger();
  private final List<Long> pauses = new ArrayList<>();

  @Test
  void retriesAfterGrowingPausesUntilTheWorkSucceeds() throws Exception {
    // When
    String result =
        RetryPolicy.forever(BACKOFF)
            .call(() -> succeedingAfter(4), (failure, pause) -> note(pause));

    // Then
    assertThat(result).isEqualTo("done");
    assertThat(pauses).containsExactly(1L, 2L, 4L, 4L);
  }

  @Test
  void passesTheLastFailureOnWhenPatienceIsOver() {
    // When
    RetryPolicy policy = RetryPolicy.every(Duration.ofMillis(20), Duration.ofMillis(50));

    // Then
    assertThatThrownBy(
            () -> policy.call(() -> succeedingAfter(1000), (failure, pause) -> note(pause)))
        .isInstanceOf(IOException.class);
    assertThat(attempts.get()).isBetween(2, 4);
    assertThat(pauses.get(pauses.size() - 1)).as("the last pause").isLessThanOrEqualTo(20);
    assertThat(pauses).as("each announced retry was made").hasSize(attempts.get() - 1);
  }

  @Test
  void makesOneAttemptWithoutPatience() {
    // When
    RetryPolicy policy = RetryPolicy.every(Duration.ofSeconds(5), Duration.ZERO);

    // Then
    assertThatThrownBy(() -> policy.call(() -> succeedingAfter(1), (failure, pause) -> note(pause)))
        .hasMessage("attempt 1");
    assertThat(pauses).isEmpty();
  }

  @Test
  void passesOnWhatItsCallerDoesNotRetry() {
    // When
    RetryPolicy policy = RetryPolicy.forever(BACKOFF);

    // Then
    assertThatThrownBy(() -> policy.call(() -> succeedingAfter(1), (failure, pause) -> false))
        .hasMessage("attempt 1");
  }

  @Test
  void anInterruptionEndsThePause() {
    // When
    RetryPolicy policy = RetryPolicy.every(Duration.ofHours(1), Duration.ofHours(2));

    // Then
    assertThatThrownBy(
            () ->
                policy.call(
                    () -> succeedingAfter(1),
                    (failure, pause) -> {
                      Thread.currentThread().interrupt();
                      return true;
                    }))
        .isInstanceOf(InterruptedException.class);
  }

  private String succeedingAfter(int failures) throws IOException {
    if (attempts.incrementAndGet() <= failures) {
      throw new IOException("attempt " + attempts.get());
    }
    return "done";
  }

  private boolean note(Duration pause) {
    pauses.add(pause.toMillis());
    return true;
  }
}
