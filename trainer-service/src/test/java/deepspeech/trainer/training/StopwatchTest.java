package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.trainer.training.Stopwatch.Activity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  private long now;
  private final Stopwatch stopwatch = new Stopwatch(() -> now);

  @Test
  void sharesShowWhereTheTimeWent() {
    // When
    now += 100;
    stopwatch.begin(Activity.COMPUTING);
    now += 600;
    stopwatch.begin(Activity.WAITING);
    now += 200;
    stopwatch.begin(Activity.CHECKPOINT);
    now += 100;

    // Then
    assertThat(stopwatch.shares()).isEqualTo(new TimeShares(0.6, 0.2, 0.1));
    assertThat(stopwatch.elapsed()).isEqualTo(Duration.ofNanos(1000));
  }

  @Test
  void aResetForgetsThePastAndContinuesWithTheSameActivity() {
    // Given
    stopwatch.begin(Activity.COMPUTING);
    now += 500;

    // When
    stopwatch.reset();
    now += 10;

    // Then
    assertThat(stopwatch.elapsed()).isEqualTo(Duration.ofNanos(10));
    assertThat(stopwatch.shares().computing()).isEqualTo(1);
  }
}
