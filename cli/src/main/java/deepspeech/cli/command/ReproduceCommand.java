package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.progress.RunProgress;
import deepspeech.cli.reproduction.ProvenanceChange;
import deepspeech.cli.reproduction.RecordedRun;
import deepspeech.cli.reproduction.RunRecords;
import deepspeech.cli.reproduction.WeightsComparison;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "reproduce",
    description = {
      "Trains a run again under another name, and reports whether the weights agree at each"
          + " checkpoint that both runs have.",
      "First compares the files and the code version with those that the run was trained with."
          + " Accepts only runs on the CPU whose configuration, files and processor did not change between checkpoints.",
      "The exit status is 0 only if the weights agree at every checkpoint."
    })
final class ReproduceCommand implements Callable<Integer> {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  @Parameters(paramLabel = "RUN", description = "the run")
  private String name;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "name of the new run; default: RUN-reproduced")
  private String as;

  @Option(names = "--anyway", description = "train again even if files have changed")
  private boolean anyway;

  ReproduceCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    RunId run = new RunId(name);
    Optional<RunId> given = Optional.ofNullable(as).map(RunId::new);
    BrokerConfiguration broker = brokerOptions.broker(context);
    Optional<CheckpointStore> store =
        brokerOptions.checkpointStore(context).map(CheckpointStore::connect);
    try {
      return reproduce(broker, new RunRecords(broker, store, context::note), run, given);
    } finally {
      store.ifPresent(CheckpointStore::close);
    }
  }

  private int reproduce(
      BrokerConfiguration broker, RunRecords records, RunId run, Optional<RunId> given)
      throws InterruptedException {
    RecordedRun original = records.read(run);
    TrainingConfiguration configuration = original.rerun();
    RunId again = records.freeName(run, given);
    compare(records, original, again, configuration);
    boolean begins =
        configuration.resumeModel().isEmpty() && configuration.pretrainedModel().isEmpty();
    CommandLineDispatch.to(broker, ANSWER_WITHIN)
        .send(
            begins
                ? new Command.Train(again, configuration)
                : new Command.FineTune(again, configuration));
    WeightsComparison weights = new WeightsComparison(original);
    RunProgress progress =
        new RunWatch(context, broker)
            .follow(
                again, Optional::empty, event -> weights.accept(event).ifPresent(context::show));
    context.show(weights.summary(again));
    return finished(progress) && weights.agrees() ? 0 : 1;
  }

  private boolean finished(RunProgress progress) {
    Optional<RunState> state = progress.state();
    boolean finished = state.filter(s -> s.status() == RunStatus.FINISHED).isPresent();
    if (!finished) {
      context.show(
          "Run %s did not finish: %s"
              .formatted(progress.run(), state.map(s -> s.status().toString()).orElse("unknown")));
    }
    return finished;
  }

  private void compare(
      RunRecords records, RecordedRun original, RunId again, TrainingConfiguration configuration)
      throws InterruptedException {
    Provenance was = original.provenance();
    List<ProvenanceChange> changes = new ArrayList<>();
    records.changeOfModel(original).ifPresent(changes::add);
    Provenance is = records.now(again, configuration);
    changes.addAll(ProvenanceChange.ofWeights(was, is, configuration));
    ProvenanceChange.besides(was, is)
        .forEach(change -> context.note("Warning: changed since: " + change));
    changes.forEach(change -> context.note("Changed since: " + change));
    if (!changes.isEmpty() && !anyway) {
      throw new CommandFailedException(
          "run %s: not trained again, because these changed: %s; --anyway trains with the current ones"
              .formatted(
                  original.run(),
                  String.join(", ", changes.stream().map(ProvenanceChange::name).toList())));
    }
  }
}
