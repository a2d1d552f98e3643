package deepspeech.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.console.TrainLine;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import deepspeech.trainer.training.StepReport;
import deepspeech.trainer.training.TimeShares;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressReporterTest {
  private final List<Integer> recomputed = new ArrayList<>();
  private final ProgressReporter reporter =
      new ProgressReporter(
          new RunId("demo"),
          line -> {},
          point -> {},
          (position, skipped) -> {},
          recomputed::add,
          Map::of,
          Clock.systemUTC());

  @Test
  void theNumberOfStepsThatWereComputedOnceMoreComesWithEachReport() {
    // When
    for (int soFar : new int[] {0, 2, 2}) {
      reporter.trained(report(soFar));
    }

    // Then
    assertThat(recomputed).containsExactly(0, 2, 2);
  }

  private static StepReport report(int recomputedSteps) {
    TrainLine line =
        new TrainLine(
            LocalDateTime.of(2026, 1, 2, 3, 4, 5), 1, 2, 3, 10, 1e-4, 9.5, Duration.ofSeconds(60));
    return new StepReport(
        line,
        new Position(1, 4, 10, 4),
        1,
        2,
        new TimeShares(1, 0, 0),
        0,
        false,
        recomputedSteps,
        0);
  }
}
