package deepspeech.cli.stack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.RestartPolicy;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StackSettingsTest {
  @Test
  void aPortOutOfRangeIsNamedByItsOption() {
    // When / Then
    assertThatThrownBy(() -> settings(1, OptionalInt.of(70_000)))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("--s3-port: 70000 given, allowed: 1 to 65535");
  }

  @Test
  void moreReplicasThanAMachineCanHoldAreRefused() {
    // When / Then
    assertThatThrownBy(() -> settings(65, OptionalInt.empty()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("--data-prep-replicas: 65 given, allowed: 1 to 64");
    assertThatThrownBy(() -> new StackReplicas(0, 1, 1))
        .hasMessage("--trainers: 0 given, allowed: 1 to 64");
  }

  private static StackSettings settings(int replicas, OptionalInt s3Port) {
    return new StackSettings(
        Path.of("/data"),
        Path.of("/data/dataset"),
        new StackReplicas(1, 1, replicas),
        new StackPorts(
            OptionalInt.empty(),
            s3Port,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty()),
        RestartPolicy.OF_SERVICES);
  }
}
