package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.command.CommandDispatch;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.command.Command;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.identity.RunId;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say what to wait for after a command is published. */
final class AnswerOptions {
  @Mixin private WaitOption wait;

  @Option(names = "--watch", description = "watch the run until it ends")
  private boolean watch;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "id of the command: if it is given again under the same id, as by a job that is"
              + " restarted, it is carried out once; default: a new id")
  private String id;

  /**
   * Checks the options, before a broker is contacted.
   *
   * @throws CommandFailedException if one is wrong
   */
  void requireValid() {
    var unused = wait.limit();
    if (id != null && (id.isBlank() || id.length() > CloudEvent.LONGEST_ID)) {
      throw new CommandFailedException(
          "--id: \"%s\" given, allowed: 1 to %d characters".formatted(id, CloudEvent.LONGEST_ID));
    }
  }

  /** Sends a command and waits until it is accepted. */
  void send(BrokerConfiguration broker, Command command) throws InterruptedException {
    CommandDispatch dispatch = CommandLineDispatch.to(broker, wait.limit());
    if (id == null) {
      dispatch.send(command);
    } else {
      dispatch.sendOnce(command, id);
    }
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
