package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.cli.benchmark.BenchmarkLines;
import deepspeech.cli.benchmark.BenchmarkResult;
import deepspeech.cli.benchmark.PipelineBenchmark;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.RestartPolicy;
import deepspeech.cli.stack.CorePlacement;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.StackSettings;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.trainer.TrainerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@CommandLine.Command(
    name = "benchmark",
    customSynopsis = "deepspeech benchmark [--ARGUMENT=VALUE...] [OPTION...]%n",
    description = {
      "Shows how fast this machine trains through the whole pipeline, compared with the training"
          + " step alone. Starts the stack, trains the same batches without the pipeline, through"
          + " it, and without it again, and stops the stack.",
      "Without the pipeline a program does the trainer's steps on features that are in memory, on"
          + " the same devices and threads. The first epoch of each training is not counted."
          + " Without --train_manifest the demo's corpus and its small model are used. Other"
          + " programs on the machine change the result."
    })
final class BenchmarkCommand implements Callable<Integer> {
  private static final String RUN_PREFIX = "benchmark";
  private static final String MANIFEST = "train_manifest";
  private static final String EPOCHS = "num_epoch";
  private static final String GPU = "use_gpu";
  private static final List<String> FROM_ANOTHER = List.of("resume_model", "pretrained_model");

  private final Context context;

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;
  @Mixin private DashboardOption dashboard;

  @Option(
      names = "--utterances",
      paramLabel = "N",
      defaultValue = "400",
      description =
          "number of training utterances of the demo's corpus, 10 to 5000; default:"
              + " ${DEFAULT-VALUE}")
  private int utterances;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "number of epochs of each training, 2 to 1000, the first of which is not counted;"
              + " --num_epoch is the same; default: ${DEFAULT-VALUE}")
  private int epochs;

  @Option(
      names = "--trainer-cores",
      paramLabel = "LIST",
      description =
          "processor cores of the trainer and of the program without the pipeline, such as 0 or"
              + " 0-3; all other parts get the other cores; needs taskset; default: all parts share"
              + " all cores")
  private String trainerCores;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "file to which the result is also written, as JSON")
  private Path output;

  private BenchmarkCommand(Context context) {
    this.context = context;
  }

  static CommandLine commandLine(Context context) {
    CommandLine commandLine = new CommandLine(new BenchmarkCommand(context));
    ConfigurationOptions.addTo(commandLine.getCommandSpec());
    return commandLine;
  }

  @Override
  public Integer call() throws InterruptedException {
    Map<String, Object> given =
        new HashMap<>(ConfigurationOptions.given(spec.commandLine().getParseResult()));
    given.putIfAbsent(EPOCHS, epochs);
    require(given);
    Installation installation = Installation.current();
    StackSettings settings =
        dashboard.addTo(options.settings(installation, RestartPolicy.OF_SERVICES));
    if (trainerCores != null) {
      CorePlacement placement = CorePlacement.of(trainerCores);
      settings = settings.withPlacement(placement);
      placement.moveThisProcess();
    }
    Map<String, Object> arguments = arguments(given, settings, installation);
    try (RunningStack stack = new RunningStack(context, installation, settings)) {
      BrokerConfiguration broker = BrokerConfiguration.of(stack.start().bootstrapServers());
      requireIdle(broker);
      TrainerMessage.Present trainer = PresentTrainers.listen(broker).get(0);
      if (!given.containsKey(GPU)) {
        arguments.put(GPU, trainer.gpus() > 0);
      }
      BenchmarkResult result =
          new PipelineBenchmark(stack.stack(), broker, context::note)
              .perform(
                  RunNames.of(RUN_PREFIX, context.clock()),
                  TrainingConfiguration.of(arguments),
                  PresentTrainers.devices(trainer));
      context.show("");
      BenchmarkLines.of(result).forEach(context::show);
      write(result);
      return 0;
    }
  }

  /** Refuses what cannot be measured, before anything starts. */
  private static void require(Map<String, Object> given) {
    TrainingConfiguration configuration = TrainingConfiguration.of(given);
    for (String argument : FROM_ANOTHER) {
      if (configuration.asMap().get(argument) != null) {
        throw new CommandFailedException(
            "%s: \"%s\" given, allowed: None, because a new model is trained"
                .formatted(argument, given.get(argument)));
      }
    }
    if (configuration.numEpoch() < 2 || configuration.numEpoch() > 1000) {
      throw new CommandFailedException(
          "--epochs: %d given, allowed: a whole number from 2 to 1000"
              .formatted(configuration.numEpoch()));
    }
  }

  /** The given arguments, and those of the demo unless a data set is given. */
  private Map<String, Object> arguments(
      Map<String, Object> given, StackSettings settings, Installation installation) {
    Map<String, Object> arguments = new HashMap<>();
    if (!given.containsKey(MANIFEST)) {
      String corpus = new DemoData(context, installation).prepare(settings, utterances);
      arguments.putAll(DemoData.configuration(corpus, epochs));
    }
    arguments.putAll(given);
    return arguments;
  }

  private void requireIdle(BrokerConfiguration broker) throws InterruptedException {
    List<RunId> others = EarlierRuns.stop(context, broker, RUN_PREFIX);
    if (!others.isEmpty()) {
      throw new CommandFailedException(
          "--data: run %s there has not ended and would be trained too; stop it, or give another directory"
              .formatted(others.get(0)));
    }
  }

  private void write(BenchmarkResult result) {
    if (output == null) {
      return;
    }
    try {
      Files.write(output, Json.write(result));
    } catch (IOException e) {
      throw new UncheckedIOException("--output: %s cannot be written".formatted(output), e);
    }
  }
}
