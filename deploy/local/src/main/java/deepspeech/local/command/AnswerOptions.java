package deepspeech.local.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.local.CommandFailedException;
import deepspeech.messages.run.RunId;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What to wait for after a command is published. */
final class AnswerOptions {
  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long a trainer may take to answer; default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(names = "--watch", description = "go on watching until the run ends")
  private boolean watch;

  Duration limit() {
    if (seconds < 1) {
      throw new CommandFailedException(
          "--wait: %d given, allowed: a whole number from 1".formatted(seconds));
    }
    return Duration.ofSeconds(seconds);
  }

  /**
   * Watches the run if that was asked for.
   *
   * @return exit status
   */
  int afterAcceptance(Context context, BrokerConfiguration broker, RunId run)
      throws InterruptedException {
    if (watch) {
      return new Watching(context, broker).watch(run);
    }
    context.show("Run %s: accepted; deepspeech watch %s shows how it goes".formatted(run, run));
    return 0;
  }
}
