package deepspeech.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunId;
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
    RunTable table = new RunTable();

    // When
    table.add(
        new RunState(
            new RunId("a-long-name"),
            RunStatus.RUNNING,
            null,
            TrainingConfiguration.defaults(),
            List.of(),
            new Position(3, 20, 63, 146),
            new CheckpointId(3, 10),
            1000,
            Instant.EPOCH),
        OptionalDouble.of(0.123456));
    table.add(
        new RunState(
            new RunId("b"),
            RunStatus.REJECTED,
            "num_epoch: 0 given",
            null,
            List.of(),
            null,
            null,
            null,
            Instant.EPOCH),
        OptionalDouble.empty());

    // Then
    assertThat(table.lines())
        .containsExactly(
            "RUN          STATE     EPOCH  BATCH  STEP  LAST CHECKPOINT          BEST CER  REASON",
            "a-long-name  running   3/50   20/63  146   epoch-0003-batch-000010  0.1235    -",
            "b            rejected  -      -      -     -                        -         num_epoch: 0 given");
  }
}
