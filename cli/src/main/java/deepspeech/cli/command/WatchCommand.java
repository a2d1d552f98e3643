package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.RunStates;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.progress.RunFollower;
import deepspeech.messages.identity.RunId;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "watch",
    description = {
      "Shows a run from its beginning until it ends: configuration, progress lines, test CER of each"
          + " checkpoint, skipped utterances.",
      "The exit status is 1 if the run failed or was rejected."
    })
final class WatchCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "the run; default: the run that changed last")
  private String name;

  WatchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    RunId given = name == null ? null : new RunId(name);
    BrokerConfiguration broker = brokerOptions.broker(context);
    if (given != null && new RunStates(broker).newest(given).isEmpty()) {
      throw new CommandFailedException("run: \"%s\" given, no such run".formatted(given));
    }
    RunId run = given == null ? RunFollower.newest(broker) : given;
    return new RunWatch(context, broker).watch(run);
  }
}
