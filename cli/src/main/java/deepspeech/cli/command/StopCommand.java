package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "stop",
    description =
        "Stops a run at its next step, with a checkpoint, and returns when the run has stopped."
            + " deepspeech resume continues it.")
final class StopCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  @Parameters(paramLabel = "RUN", description = "the run")
  private String name;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "how long the trainer may take to stop and to store the checkpoint; default:"
              + " ${DEFAULT-VALUE}")
  private int seconds;

  StopCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (seconds < 1) {
      throw new CommandFailedException(
          "--wait: %d given, allowed: a whole number from 1".formatted(seconds));
    }
    RunId run = new RunId(name);
    BrokerConfiguration broker = brokerOptions.broker(context);
    RunState state =
        CommandLineDispatch.to(broker, Duration.ofSeconds(seconds))
            .sendAndAwaitEnd(new Command.Stop(run));
    context.show(
        "Run %s: %s%s"
            .formatted(
                run,
                state.status(),
                state.lastCheckpoint() == null
                    ? ""
                    : ", last checkpoint " + state.lastCheckpoint()));
    return 0;
  }
}
