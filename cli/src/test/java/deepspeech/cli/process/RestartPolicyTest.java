package deepspeech.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
  @Test
  void thePauseDoublesWithEachEndAndThenTheProgramIsGivenUp() {
    // Given
    RestartPolicy policy = RestartPolicy.OF_SERVICES;

    // When
    var pauses = IntStream.rangeClosed(1, 5).mapToObj(n -> policy.pauseAfter(n).orElseThrow());

    // Then
    assertThat(pauses.map(Duration::toSeconds)).containsExactly(1L, 2L, 4L, 8L, 16L);
    assertThat(policy.pauseAfter(6)).isEmpty();
  }

  @Test
  void thePauseGrowsNoFurtherThanTheLongest() {
    // Given
    RestartPolicy policy =
        new RestartPolicy(Duration.ofSeconds(1), Duration.ofSeconds(3), 100, Duration.ofMinutes(2));

    // When
    var pauses = IntStream.of(0, 1, 2, 3, 100).mapToObj(n -> policy.pauseAfter(n).orElseThrow());

    // Then
    assertThat(pauses.map(Duration::toSeconds)).containsExactly(1L, 1L, 2L, 3L, 3L);
  }
}
