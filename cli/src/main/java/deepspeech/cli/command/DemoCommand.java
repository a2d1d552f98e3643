package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.RunStates;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.cli.process.RestartPolicy;
import deepspeech.cli.progress.RunProgress;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.LocalStack;
import deepspeech.cli.stack.StackSettings;
import deepspeech.cli.stack.StackState;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "demo",
    description = {
      "Trains a small model on synthetic speech with the whole pipeline.",
      "Makes the demo corpus (once), starts the stack, trains, prints the test CER of each epoch and"
          + " the location of the best model, then keeps the stack running until Ctrl-C.",
      "Neither the voice nor the sentences of the test set occur in the training set."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String RUN_PREFIX = "demo";
  private static final Duration STOPPED_WITHIN = Duration.ofMinutes(5);
  private static final Duration ACCEPTED_WITHIN = Duration.ofMinutes(1);

  private final Context context;

  @Mixin private StackOptions options;
  @Mixin private DemoOptions demo;
  @Mixin private DashboardOption dashboard;

  @Option(names = "--exit", description = "stop the stack at the end of the run and exit")
  private boolean exit;

  DemoCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Installation installation = Installation.current();
    StackSettings settings =
        dashboard.addTo(options.settings(installation, RestartPolicy.OF_SERVICES));
    String name = new DemoData(context, installation).prepare(settings, demo.utterances());
    TrainingConfiguration configuration =
        TrainingConfiguration.of(DemoData.configuration(name, demo.epochs()));
    try (RunningStack stack = new RunningStack(context, installation, settings)) {
      StackState state = stack.start();
      boolean done = train(stack, state, configuration);
      if (!exit) {
        context.show("Running until Ctrl-C; in another terminal: deepspeech status");
        stack.holdUntilFailure();
      }
      return done ? 0 : 1;
    }
  }

  /**
   * Trains a run to its end. Returns true if the run finished, no test result is outstanding and
   * there is a best model.
   */
  private boolean train(RunningStack stack, StackState state, TrainingConfiguration configuration)
      throws InterruptedException {
    BrokerConfiguration broker = BrokerConfiguration.of(state.bootstrapServers());
    stopEarlierDemos(broker);
    RunId run = RunNames.of(RUN_PREFIX, context.clock());
    CommandLineDispatch.to(broker, ACCEPTED_WITHIN).send(new Command.Train(run, configuration));
    long began = System.nanoTime();
    RunProgress progress = new RunWatch(context, broker).follow(run, stack::failure);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    Optional<Evaluation> best = progress.best();
    boolean finished =
        progress.state().filter(last -> last.status() == RunStatus.FINISHED).isPresent();
    if (best.isPresent()) {
      showResult(progress, best.get(), state, stack.stack(), took);
    }
    return finished && progress.ended() && best.isPresent();
  }

  /**
   * A trainer resumes the unfinished runs that it finds, and this demo's run would have to wait for
   * them.
   */
  private void stopEarlierDemos(BrokerConfiguration broker) throws InterruptedException {
    for (RunState state : new RunStates(broker).newest().values()) {
      if (state.status().ended()) {
        continue;
      }
      if (state.run().value().startsWith(RUN_PREFIX + "-")) {
        context.note(
            "Stopping run %s of an earlier demo; deepspeech resume %s resumes it"
                .formatted(state.run(), state.run()));
        CommandLineDispatch.to(broker, STOPPED_WITHIN)
            .sendAndAwaitEnd(new Command.Stop(state.run()));
      } else {
        context.note(
            "Run %s is %s; the run of this demo waits for it"
                .formatted(state.run(), state.status()));
      }
    }
  }

  private void showResult(
      RunProgress progress, Evaluation best, StackState state, LocalStack stack, Duration took) {
    StringBuilder curve = new StringBuilder("Test CER by epoch:");
    for (Evaluation evaluation : progress.evaluations()) {
      if (evaluation.checkpoint().isEndOfEpoch()) {
        curve.append(String.format(Locale.ROOT, " %d: %.4f", evaluation.epoch(), evaluation.cer()));
      }
    }
    String key = "runs/%s/checkpoints/%s".formatted(best.run(), best.checkpoint());
    String uri =
        progress
            .uri(best.checkpoint())
            .orElse("s3://%s/%s/".formatted(state.store().s3Bucket(), key));
    context.show("");
    context.show(curve.toString());
    context.show(BestModel.line(best));
    context.show("  " + uri);
    context.show("  on disk: " + stack.folderOf(key));
    context.show(
        "  to fetch: AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s aws --endpoint-url %s s3 cp %s . --recursive"
            .formatted(
                state.store().s3AccessKey(),
                state.store().s3SecretKey(),
                state.store().s3Endpoint(),
                uri));
    context.show(
        "Trained and tested in %d min %d s".formatted(took.toMinutes(), took.toSecondsPart()));
  }
}
