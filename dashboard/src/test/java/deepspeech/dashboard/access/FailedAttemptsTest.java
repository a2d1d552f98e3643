package deepspeech.dashboard.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
  private final MovingClock clock = new MovingClock();
  private final FailedAttempts attempts = new FailedAttempts(clock);

  @Test
  void anAddressThatFailsTooOftenHasToWait() {
    // When
    for (int i = 0; i < FailedAttempts.ALLOWED - 1; i++) {
      attempts.add("10.0.0.1");
    }
    boolean before = attempts.isRefused("10.0.0.1");
    attempts.add("10.0.0.1");

    // Then
    assertThat(before).isFalse();
    assertThat(attempts.isRefused("10.0.0.1")).isTrue();
    assertThat(attempts.isRefused("10.0.0.2")).isFalse();
  }

  @Test
  void aClockThatGoesBackAnHourLocksNoUserOutForAnHour() {
    // Given
    for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
      attempts.add("10.0.0.1");
    }

    // When
    clock.goOn(Duration.ofHours(-1));
    boolean refused = attempts.isRefused("10.0.0.1");
    for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
      attempts.add("10.0.0.1");
    }

    // Then
    assertThat(refused).isFalse();
    assertThat(attempts.isRefused("10.0.0.1")).isTrue();
  }

  @Test
  void afterAMinuteItMayTryAgain() {
    // Given
    for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
      attempts.add("10.0.0.1");
    }

    // When
    clock.goOn(FailedAttempts.WINDOW.minus(Duration.ofMillis(1)));
    boolean during = attempts.isRefused("10.0.0.1");
    clock.goOn(Duration.ofMillis(1));

    // Then
    assertThat(during).isTrue();
    assertThat(attempts.isRefused("10.0.0.1")).isFalse();
  }
}
