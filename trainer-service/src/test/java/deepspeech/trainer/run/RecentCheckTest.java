package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentCheckTest {
  private Instant wall = Instant.parse("2026-11-22T08:00:00Z");
  private long nanoseconds = Long.MAX_VALUE - 1000;
  private final RecentCheck freshness =
      new RecentCheck(Duration.ofSeconds(5), () -> wall, () -> nanoseconds);

  @Test
  void aCheckWithinTheLimitIsFresh() {
    // When
    pass(Duration.ofSeconds(5));
    boolean within = freshness.isOld();
    pass(Duration.ofMillis(1));
    boolean beyond = freshness.isOld();
    freshness.renew(freshness.now());

    // Then
    assertThat(within).isFalse();
    assertThat(beyond).isTrue();
    assertThat(freshness.isOld()).isFalse();
  }

  @Test
  void aMachineThatWasSuspendedIsNoticedByTheWallClock() {
    // When
    wall = wall.plusSeconds(60);

    // Then
    assertThat(freshness.isOld()).isTrue();
  }

  @Test
  void aClockThatGoesBackAnHourHidesNothing() {
    // When
    wall = wall.minusSeconds(3600);
    boolean atOnce = freshness.isOld();
    freshness.renew(freshness.now());
    boolean renewed = freshness.isOld();
    pass(Duration.ofSeconds(6));

    // Then
    assertThat(atOnce).isTrue();
    assertThat(renewed).isFalse();
    assertThat(freshness.isOld()).isTrue();
  }

  private void pass(Duration time) {
    wall = wall.plus(time);
    nanoseconds += time.toNanos();
  }
}
