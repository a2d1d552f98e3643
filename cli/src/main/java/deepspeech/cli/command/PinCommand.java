package deepspeech.cli.command;

import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * The commands {@code pin} and {@code unpin}, which forbid and allow retention to remove a
 * checkpoint.
 */
abstract class PinCommand implements Callable<Integer> {
  private final Context context;
  private final BiFunction<RunId, CheckpointId, Command> command;
  private final String done;

  @Mixin private BrokerOptions brokerOptions;
  @Mixin private WaitOption wait;

  @Parameters(index = "0", paramLabel = "RUN", description = "the run")
  private String run;

  @Parameters(
      index = "1",
      paramLabel = "CHECKPOINT",
      description = "epoch-0023 or epoch-0024-batch-002000")
  private String checkpoint;

  private PinCommand(
      Context context, BiFunction<RunId, CheckpointId, Command> command, String done) {
    this.context = context;
    this.command = command;
    this.done = done;
  }

  @Override
  public Integer call() throws InterruptedException {
    RunId named = new RunId(run);
    CheckpointId id = CheckpointId.parse(checkpoint);
    CommandLineDispatch.to(brokerOptions.broker(context), wait.limit())
        .send(command.apply(named, id));
    context.show("Checkpoint %s of run %s: %s".formatted(id, named, done));
    return 0;
  }

  @CommandLine.Command(
      name = "pin",
      description = "Protects a checkpoint from retention until it is unpinned.")
  static final class Pin extends PinCommand {
    Pin(Context context) {
      super(context, Command.Pin::new, "pinned");
    }
  }

  @CommandLine.Command(
      name = "unpin",
      description =
          "Lets retention treat a checkpoint like any other. The next checkpoint may remove it.")
  static final class Unpin extends PinCommand {
    Unpin(Context context) {
      super(context, Command.Unpin::new, "no longer pinned");
    }
  }
}
