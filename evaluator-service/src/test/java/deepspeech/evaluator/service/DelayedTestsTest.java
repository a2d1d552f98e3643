package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.CheckpointId;
import io.opentelemetry.context.Context;
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
    delays.begins(untested("e1", 3));
    delays.failed("cannot write /work/model.onnx: No space left on device");
    pass(Duration.ofSeconds(59));
    delays.failed("cannot write /work/model.onnx: No space left on device");
    boolean reportedBefore = !published.isEmpty();

    // When
    pass(Duration.ofSeconds(1));
    delays.begins(untested("e1", 3));
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
    delays.begins(untested("e1", 3));

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
    delays.begins(untested("e1", 3));

    // When
    for (int batch = 0; batch < 10; batch++) {
      delays.waits("waiting for data-prep: batch %d".formatted(batch));
      pass(Duration.ofSeconds(50));
      delays.waits("waiting for data-prep: batch %d".formatted(batch));
      delays.getsOn();
    }
    delays.failed("the store is away");
    delays.begins(untested("e1", 3));
    delays.ends();
    pass(Duration.ofMinutes(2));
    delays.begins(untested("e2", 4));
    delays.failed("the store is away");

    // Then
    assertThat(published).isEmpty();
  }

  @Test
  void aFailureLastsThoughDataPrepAnswersMeanwhile() {
    // When
    for (int tries = 0; tries < 3; tries++) {
      delays.begins(untested("e1", 3));
      delays.waits("waiting for data-prep: batch 0");
      delays.getsOn();
      delays.failed("best.json: the store refuses to write");
      pass(Duration.ofSeconds(30));
    }

    // Then
    assertThat(published).containsOnlyKeys("e1/delayed/0");
  }

  @Test
  void aTestThatHasFailedIsDueAgainAfterAPauseThatGrows() {
    // When
    delays.begins(untested("e1", 3));
    Duration first = delays.failed("no answer");
    boolean atOnce = delays.isDue("e1");
    boolean other = delays.isDue("e2");
    pass(first);
    boolean later = delays.isDue("e1");
    Duration second = delays.failed("no answer");

    // Then
    assertThat(atOnce).isFalse();
    assertThat(other).isTrue();
    assertThat(later).isTrue();
    assertThat(second).isGreaterThan(first);
    assertThat(delays.line()).contains("no answer");
  }

  @Test
  void severalTestsAreDelayedAtTheSameTimeUntilEachIsTestedByAnyEvaluator() {
    // Given
    delays.begins(untested("e1", 3));
    delays.failed("no answer");
    pass(Duration.ofSeconds(70));
    delays.begins(untested("e2", 4));
    delays.failed("the disk is full");

    // When
    delays.begins(untested("e1", 3));
    delays.failed("no answer");

    // Then
    assertThat(published).containsOnlyKeys("e1/delayed/0");
    assertThat(delays.seconds()).isEqualTo(70);

    // When
    delays.retain("e2"::equals);

    // Then
    assertThat(delays.seconds()).isZero();
    assertThat(delays.line()).contains("the disk is full");
  }

  private static UntestedCheckpoint untested(String event, int epoch) {
    return new UntestedCheckpoint(event, TestData.checkpoint(epoch), Context.root());
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
