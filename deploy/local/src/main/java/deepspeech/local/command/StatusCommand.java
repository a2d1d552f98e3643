package deepspeech.local.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.events.RunTestResults;
import deepspeech.local.CommandFailedException;
import deepspeech.local.progress.LeftOutCount;
import deepspeech.local.progress.RunTable;
import deepspeech.messages.console.TrainLine;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "status",
    description =
        "Shows every run, or one: its state, position, last checkpoint and best test CER; of one"
            + " its warnings too.")
final class StatusCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "this run alone")
  private String name;

  StatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    RunId only = name == null ? null : new RunId(name);
    BrokerConfiguration broker = brokerOptions.broker(context);
    Map<RunId, RunState> states = new RunStates(broker).newest();
    if (only != null && !states.containsKey(only)) {
      throw new CommandFailedException("run: \"%s\" given, there is no such run".formatted(only));
    }
    Map<RunId, Double> best = bestCer(broker);
    RunTable table = new RunTable();
    states.forEach(
        (run, state) -> {
          if (only == null || only.equals(run)) {
            Double cer = best.get(run);
            table.add(state, cer == null ? OptionalDouble.empty() : OptionalDouble.of(cer));
          }
        });
    table.lines().forEach(context::show);
    states.forEach(
        (run, state) -> {
          if (run.equals(only) && state.warnings() != null) {
            state.warnings().forEach(warning -> context.show(TrainLine.warning(warning)));
          }
          if ((only == null || only.equals(run)) && state.status().ended()) {
            LeftOutCount.line(state.leftOut())
                .ifPresent(line -> context.show("%s: %s".formatted(run, line)));
          }
        });
    return 0;
  }

  private static Map<RunId, Double> bestCer(BrokerConfiguration broker)
      throws InterruptedException {
    Map<RunId, Double> best = new HashMap<>();
    new RunTestResults(broker)
        .of(run -> true)
        .forEach((run, of) -> of.best().ifPresent(least -> best.put(run, least.cer())));
    return best;
  }
}
