package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.cli.chaos.ChaosReport;
import deepspeech.cli.chaos.ChaosRun;
import deepspeech.cli.chaos.ChaosSettings;
import deepspeech.cli.process.RestartPolicy;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.StackSettings;
import deepspeech.cli.stack.StackState;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "chaos",
    description = {
      "Shows that a run survives the failure of any part. Trains a small model on synthetic speech,"
          + " then trains it again while services are killed and the broker and the store restart.",
      "Of every three disturbances, two kill a randomly chosen service (SIGKILL), and the third"
          + " restarts the broker and the store in turn. With --runs, several runs of the same"
          + " configuration are queued at once and disturbed. The exit status is 0 only if"
          + " all runs are bit-identical, each event was published once and no checkpoint is"
          + " damaged."
    })
final class ChaosCommand implements Callable<Integer> {
  private static final String RUN_PREFIX = "chaos";

  /**
   * Services may find the broker or the store down when they start. The supervisor must not give up
   * on them because of that.
   */
  private static final RestartPolicy PATIENT =
      new RestartPolicy(Duration.ofSeconds(1), Duration.ofSeconds(2), 60, Duration.ofSeconds(20));

  private final Context context;

  @Mixin private StackOptions options;
  @Mixin private DemoOptions demo;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "number of runs that are queued at once and disturbed, 1 to 100; default: ${DEFAULT-VALUE}")
  private int runs;

  @Option(
      names = "--disturbances",
      paramLabel = "N",
      defaultValue = "30",
      description = "number of disturbances, 1 to 1000; default: ${DEFAULT-VALUE}")
  private int disturbances;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "8",
      description =
          "time between two disturbances, less if the runs would end too early; default: ${DEFAULT-VALUE}")
  private int every;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "seed of the random targets and downtimes; default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--limit",
      paramLabel = "MINUTES",
      defaultValue = "60",
      description =
          "time limit for the undisturbed run, and for the disturbed ones; default: ${DEFAULT-VALUE}")
  private int limit;

  ChaosCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Installation installation = Installation.current();
    StackSettings settings = options.settings(installation, PATIENT);
    ChaosSettings chaos =
        new ChaosSettings(
            runs, disturbances, Duration.ofSeconds(every), seed, Duration.ofMinutes(limit));
    String corpus = new DemoData(context, installation).prepare(settings, demo.utterances());
    Map<String, Object> given = DemoData.configuration(corpus, demo.epochs());
    given.put("log_interval", 1);
    given.put("checkpoint_interval", 20);
    TrainingConfiguration configuration = TrainingConfiguration.of(given);
    try (RunningStack stack = new RunningStack(context, installation, settings)) {
      StackState state = stack.start();
      var unused =
          EarlierRuns.stop(context, BrokerConfiguration.of(state.bootstrapServers()), RUN_PREFIX);
      ChaosReport report =
          new ChaosRun(stack.stack(), state, chaos, context::note)
              .perform(RunNames.of(RUN_PREFIX, context.clock()), configuration);
      context.show("");
      report.lines().forEach(context::show);
      return report.holds() ? 0 : 1;
    }
  }
}
