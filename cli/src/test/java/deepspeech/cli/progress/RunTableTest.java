package deepspeech.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RunTableTest {
  @Test
  void columnsLineUpAndWhatIsNotKnownIsADash() {
    // Given
    RunState waiting =
        RunState.accepted(new RunId("c"), TrainingConfiguration.defaults(), Instant.EPOCH)
            .queued(7, null, Instant.EPOCH);
    RunTable table = new RunTable(RunQueue.of(List.of(waiting)));

    // When
    table.add(
        RunState.accepted(new RunId("a-long-name"), TrainingConfiguration.defaults(), Instant.EPOCH)
            .withStatus(RunStatus.RUNNING, Instant.EPOCH)
            .withTrainer("trainer-0", Instant.parse("2026-01-02T03:04:05.678Z"))
            .withPosition(new Position(3, 20, 63, 146), Instant.EPOCH)
            .withLastCheckpoint(new CheckpointId(3, 10), Instant.EPOCH)
            .withData(1000, List.of(), Instant.EPOCH),
        OptionalDouble.of(0.123456));
    table.add(
        RunState.rejected(new RunId("b"), "id", "num_epoch: 0 given", Instant.EPOCH),
        OptionalDouble.empty());
    table.add(waiting, OptionalDouble.empty());

    // Then
    assertThat(table.lines())
        .containsExactly(
            "RUN          STATE     QUEUE  TRAINER    SINCE                 EPOCH  BATCH  STEP  LAST CHECKPOINT          BEST CER  REASON",
            "a-long-name  running   -      trainer-0  2026-01-02T03:04:05Z  3/50   20/63  146   epoch-0003-batch-000010  0.1235    -",
            "b            rejected  -      -          -                     -      -      -     -                        -         num_epoch: 0 given",
            "c            accepted  1/1    -          -                     -      -      -     -                        -         -");
  }
}
