package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.chaos.ChaosReport;
import deepspeech.cli.chaos.ChaosRun;
import deepspeech.cli.chaos.ChaosSettings;
import deepspeech.messages.identity.RunId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code deepspeech chaos}. */
@Tag("integration")
@Tag("chaos")
class ChaosIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** Of the four services that it kills two are the trainer. */
  private static final long SEED = 31;

  @TempDir Path directory;

  @Test
  void aRunWhoseServicesBrokerAndStoreDieEndsAsAnUndisturbedRun() throws Exception {
    // Given
    try (RunningPipeline pipeline = new RunningPipeline(directory)) {
      pipeline.start(1);
      ChaosSettings settings = new ChaosSettings(1, 6, Duration.ofSeconds(6), SEED, LIMIT);
      ChaosRun chaos = new ChaosRun(pipeline.stack(), pipeline.state(), settings, line -> {});

      // When
      ChaosReport report =
          chaos.perform(
              new RunId("chaos"), pipeline.configuration(Map.of("checkpoint_interval", 7)));

      // Then
      assertThat(report.holds()).as(String.join("\n", report.lines())).isTrue();
      assertThat(report.lines())
          .anyMatch(line -> line.matches(" *SIGKILL trainer-service +2"))
          .anyMatch(line -> line.matches(" *restart broker +1"))
          .anyMatch(line -> line.matches(" *restart store +1"))
          .anyMatch(line -> line.startsWith("After 2 SIGKILLs of the trainer:"))
          .endsWith("Verdict: nothing was lost");
    }
  }
}
