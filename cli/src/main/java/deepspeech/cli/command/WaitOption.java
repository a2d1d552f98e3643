package deepspeech.cli.command;

import deepspeech.cli.failure.CommandFailedException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long to wait for the trainer's answer to a command. */
final class WaitOption {
  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long a trainer may take to answer; default: ${DEFAULT-VALUE}")
  private int seconds;

  Duration limit() {
    if (seconds < 1) {
      throw new CommandFailedException(
          "--wait: %d given, allowed: a whole number from 1".formatted(seconds));
    }
    return Duration.ofSeconds(seconds);
  }
}
