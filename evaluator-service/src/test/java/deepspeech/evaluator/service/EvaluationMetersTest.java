package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationMetersTest {
  private static final RunId RUN = new RunId("run");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EvaluationMeters meters =
      new EvaluationMeters(
          registry,
          new EvaluationStatus(
              new DelayedTests((message, id) -> {}, Clock.systemUTC(), System::nanoTime)));

  @Test
  void theTestsOfARunThatFailAreCountedUntilOneSucceedsAlsoWhenTheRunHasEnded() {
    // When
    meters.deadLettered(RUN);
    meters.deadLettered(RUN);
    meters.ended(RUN);

    // Then
    assertThat(untested()).contains(2.0);

    // When
    meters.published(evaluation(1, 0.5));

    // Then
    assertThat(untested()).contains(0.0);
    assertThat(gauge("cer")).contains(0.5);

    // When
    meters.ended(RUN);

    // Then
    assertThat(untested()).isEmpty();
    assertThat(gauge("cer")).isEmpty();
  }

  @Test
  void theErrorRateIsThatOfTheNewestCheckpointInWhicheverOrderTheTestsEnd() {
    // When
    meters.published(evaluation(2, 0.25));
    meters.published(evaluation(1, 0.5));

    // Then
    assertThat(gauge("cer")).contains(0.25);

    // When
    meters.published(evaluation(3, 0.75));

    // Then
    assertThat(gauge("cer")).contains(0.75);
  }

  private Optional<Double> untested() {
    return gauge("untested");
  }

  private Optional<Double> gauge(String name) {
    return Optional.ofNullable(
            registry.find("deepspeech.evaluator." + name).tag("run", RUN.value()).gauge())
        .map(Gauge::value);
  }

  private static Evaluation evaluation(int epoch, double cer) {
    return new Evaluation(
        new TestedCheckpoint(RUN, CheckpointId.endOfEpoch(epoch), epoch, 0, epoch),
        new TestErrors(cer, null, 1, 0, 4, 1, 0, 0),
        List.of(),
        new TestTiming(1, Instant.EPOCH.plusSeconds(epoch), Instant.EPOCH.plusSeconds(9)));
  }
}
