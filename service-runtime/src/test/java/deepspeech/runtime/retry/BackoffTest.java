package deepspeech.runtime.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void eachWaitIsTwiceTheOneBeforeUpToTheLongest() {
    // Given
    Backoff backoff = new Backoff(Duration.ofSeconds(3), Duration.ofSeconds(20));

    // When
    long[] seconds =
        IntStream.of(1, 2, 3, 4, 5, 1_000_000)
            .mapToLong(attempt -> backoff.nanos(attempt) / 1_000_000_000)
            .toArray();

    // Then
    assertThat(seconds).containsExactly(3, 6, 12, 20, 20, 20);
  }

  @Test
  void aLongestWaitBelowTheFirstIsRefused() {
    // When
    var thrown =
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(3), Duration.ofSeconds(2)));

    // Then
    thrown.hasMessage("longest: PT2S given, allowed: at least first, which is PT3S");
  }
}
