package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.messages.identity.RunId;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say what to wait for after a command is published. */
final class AnswerOptions {
  @Mixin private WaitOption wait;

  @Option(names = "--watch", description = "watch the run until it ends")
  private boolean watch;

  Duration limit() {
    return wait.limit();
  }

  /**
   * Watches the run if {@code --watch} is given.
   *
   * @return exit status
   */
  int afterAcceptance(Context context, BrokerConfiguration broker, RunId run)
      throws InterruptedException {
    if (watch) {
      return new RunWatch(context, broker).watch(run);
    }
    context.show(
        ("Run %s: accepted, its arguments are valid. Manifests, vocabulary, feature statistics and"
                + " augmentation file are read when the run starts; deepspeech watch %s shows the"
                + " outcome")
            .formatted(run, run));
    return 0;
  }
}
