package deepspeech.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  /** Two batches in an epoch. */
  private static final Map<String, Long> NUMBERS =
      Map.of("1/1", 1L, "1/2", 2L, "2/1", 3L, "2/2", 4L, "3/1", 5L);

  @TempDir Path directory;

  @Test
  void aRecoveryReportsTheTimesToTheRepeatedAndToTheNewStepAndHowManyWereRepeated()
      throws Exception {
    // Given
    Path log = directory.resolve("trainer.log");
    Files.writeString(
        log,
        """
        Train [2026-01-31 12:00:01.000000] epoch: [1/3], batch: [0/2], learning rate: 0.1, train loss: 9.0, eta: 0:00:01
        2026-01-31 12:00:01,500 INFO something else
        Train [2026-01-31 12:00:02.000000] epoch: [1/3], batch: [1/2], learning rate: 0.1, train loss: 9.0, eta: 0:00:01
        Train [2026-01-31 12:00:04.000000] epoch: [2/3], batch: [0/2], learning rate: 0.1, train loss: 9.0, eta: 0:00:01
        Train [2026-01-31 12:00:11.000000] epoch: [2/3], batch: [0/2], learning rate: 0.1, train loss: 9.0, eta: 0:00:01
        Train [2026-01-31 12:00:12.500000] epoch: [2/3], batch: [1/2], learning rate: 0.1, train loss: 9.0, eta: 0:00:01
        """);

    // When
    List<Recovery> recoveries =
        Recovery.of(
            List.of(NOON.plusSeconds(5)),
            TrainerLog.steps(log, ZoneOffset.UTC),
            NUMBERS,
            List.of(checkpoint(2, NOON.plusSeconds(3))));

    // Then
    assertThat(recoveries)
        .containsExactly(new Recovery(Duration.ofSeconds(6), Duration.ofMillis(7500), 1, 1));
    assertThat(new Recoveries(recoveries).repeatedSteps().holds()).isTrue();
  }

  @Test
  void moreRepeatedStepsThanSinceTheNewestCheckpointAreFound() {
    // Given
    List<TrainerLog.Step> steps =
        List.of(
            new TrainerLog.Step(NOON.plusSeconds(1), 1, 1),
            new TrainerLog.Step(NOON.plusSeconds(2), 1, 2),
            new TrainerLog.Step(NOON.plusSeconds(3), 2, 1),
            new TrainerLog.Step(NOON.plusSeconds(9), 1, 2),
            new TrainerLog.Step(NOON.plusSeconds(10), 2, 2));

    // When
    List<Recovery> recoveries =
        Recovery.of(
            List.of(NOON.plusSeconds(4)),
            steps,
            NUMBERS,
            List.of(checkpoint(2, NOON.plusSeconds(3))));

    // Then
    assertThat(new Recoveries(recoveries).repeatedSteps().findings())
        .containsExactly("2 steps repeated, 1 steps since the newest checkpoint");
  }

  private static CheckpointCommitted checkpoint(long step, Instant time) {
    return CheckpointCommitted.untested(
        new RunId("chaos"), CheckpointId.endOfEpoch(1), step, "s3://b/k/", List.of(), time);
  }
}
