package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.evaluator.evaluation.TestData;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.CheckpointId;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DelayedTestsTest {
  private final Map<String, Object> published = new LinkedHashMap<>();
  private Duration now = Duration.ZERO;
  private final DelayedTests delays =
      new DelayedTests(
          (message, id) -> published.put(id, message),
          Clock.fixed(TestData.TIME, ZoneOffset.UTC),
          () -> now.toNanos());

  @Test
  void aTestThatIsDelayedForAMinuteIsReported() {
    // Given
    delays.begins("e1", TestData.checkpoint(3));
    delays.failed("cannot write /work/model.onnx: No space left on device");
    pass(Duration.ofSeconds(59));
    delays.failed("cannot write /work/model.onnx: No space left on device");
    boolean reportedBefore = !published.isEmpty();

    // When
    pass(Duration.ofSeconds(1));
    delays.begins("e1", TestData.checkpoint(3));
    delays.failed("cannot write /work/model.onnx: No space left on device");

    // Then
    assertThat(reportedBefore).isFalse();
    assertThat(published).containsOnlyKeys("e1/delayed/0");
    assertThat(published.get("e1/delayed/0"))
        .isEqualTo(
            DeadLetter.delayedTest(
                TestData.RUN,
                CheckpointId.endOfEpoch(3),
                "cannot write /work/model.onnx: No space left on device",
                TestData.TIME));
    assertThat(delays.seconds()).isEqualTo(60);
  }

  @Test
  void itIsReportedAgainEveryTenMinutesWhileItLasts() {
    // Given
    delays.begins("e1", TestData.checkpoint(3));

    // When
    for (int seconds = 0; seconds <= 22 * 60; seconds += 10) {
      delays.waits("waiting for data-prep: no answer for %d s".formatted(seconds));
      pass(Duration.ofSeconds(10));
    }

    // Then
    assertThat(published.values())
        .extracting(letter -> ((DeadLetter) letter).detail())
        .containsExactly(
            "waiting for data-prep: no answer for 60 s",
            "waiting for data-prep: no answer for 660 s",
            "waiting for data-prep: no answer for 1260 s");
  }

  @Test
  void aDelayBelowAMinuteIsNotReported() {
    // Given
    delays.begins("e1", TestData.checkpoint(3));

    // When
    for (int batch = 0; batch < 10; batch++) {
      delays.waits("waiting for data-prep: batch %d".formatted(batch));
      pass(Duration.ofSeconds(50));
      delays.waits("waiting for data-prep: batch %d".formatted(batch));
      delays.getsOn();
    }
    delays.failed("the store is away");
    delays.ends();
    pass(Duration.ofMinutes(2));
    delays.begins("e2", TestData.checkpoint(4));
    delays.failed("the store is away");

    // Then
    assertThat(published).isEmpty();
  }

  @Test
  void aFailureLastsThoughDataPrepAnswersMeanwhile() {
    // When
    for (int tries = 0; tries < 3; tries++) {
      delays.begins("e1", TestData.checkpoint(3));
      delays.waits("waiting for data-prep: batch 0");
      delays.getsOn();
      delays.failed("best.json: the store refuses to write");
      pass(Duration.ofSeconds(30));
    }

    // Then
    assertThat(published).containsOnlyKeys("e1/delayed/0");
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
