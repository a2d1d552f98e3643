package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.events.RunTestResults;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.progress.RunTable;
import deepspeech.cli.progress.SkippedUtteranceReport;
import deepspeech.messages.console.TrainLine;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestResults;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "status",
    description =
        "Shows state, place in the queue, trainer, position, last checkpoint and best test CER of every"
            + " run, or of one run with its warnings.")
final class StatusCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "show only this run")
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
      throw new CommandFailedException("run: \"%s\" given, no such run".formatted(only));
    }
    Map<RunId, TestResults> tests = new RunTestResults(broker).of(run -> true);
    List<RunState> wanted =
        states.values().stream().filter(state -> only == null || only.equals(state.run())).toList();
    RunTable table = new RunTable(RunQueue.of(states.values()));
    wanted.forEach(state -> table.add(state, bestCer(of(state, tests))));
    table.lines().forEach(context::show);
    for (RunState state : wanted) {
      if (only != null && state.warnings() != null) {
        state.warnings().forEach(warning -> context.show(TrainLine.warning(warning)));
      }
      if (state.status().ended()) {
        skipped(state, of(state, tests))
            .forEach(line -> context.show("%s: %s".formatted(state.run(), line)));
      }
    }
    return 0;
  }

  private static TestResults of(RunState state, Map<RunId, TestResults> tests) {
    return tests.getOrDefault(state.run(), new TestResults());
  }

  private static OptionalDouble bestCer(TestResults tests) {
    return tests.best().stream().mapToDouble(Evaluation::cer).findFirst();
  }

  private static List<String> skipped(RunState state, TestResults tests) {
    return Stream.of(
            SkippedUtteranceReport.line(state.skipped()),
            SkippedUtteranceReport.ofTests(tests.all()))
        .flatMap(Optional::stream)
        .toList();
  }
}
