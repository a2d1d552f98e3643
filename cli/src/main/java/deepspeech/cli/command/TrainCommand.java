package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@CommandLine.Command(
    name = "train",
    customSynopsis = "deepspeech train [RUN] [--ARGUMENT=VALUE...] [OPTION...]%n",
    description = {
      "Starts a new run, and returns when a trainer has accepted it.",
      "File names are relative to the dataset root of the data-prep service. With resume_model or"
          + " pretrained_model the new run starts from the model of another run (fine-tuning)."
    })
final class TrainCommand implements Callable<Integer> {
  private final Context context;

  @Spec private CommandSpec spec;
  @Mixin private BrokerOptions brokerOptions;
  @Mixin private AnswerOptions answer;
  @Mixin private QueueOptions queue;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "name of the run: a-z, 0-9 and -; default: a name made from the time")
  private String name;

  @Option(names = "--run", paramLabel = "RUN", description = "name of the run, as an option")
  private String nameOption;

  private TrainCommand(Context context) {
    this.context = context;
  }

  static CommandLine commandLine(Context context) {
    CommandLine commandLine = new CommandLine(new TrainCommand(context));
    ConfigurationOptions.addTo(commandLine.getCommandSpec());
    return commandLine;
  }

  @Override
  public Integer call() throws InterruptedException {
    Map<String, Object> given = ConfigurationOptions.given(spec.commandLine().getParseResult());
    TrainingConfiguration configuration = TrainingConfiguration.of(given);
    boolean fromAnother =
        configuration.resumeModel().isPresent() || configuration.pretrainedModel().isPresent();
    RunId run = run();
    Command command =
        fromAnother
            ? new Command.FineTune(run, configuration, queue.priority(), queue.preempt())
            : new Command.Train(run, configuration, queue.priority(), queue.preempt());
    answer.requireValid();
    BrokerConfiguration broker = brokerOptions.broker(context);
    answer.send(broker, command);
    return answer.afterAcceptance(context, broker, run);
  }

  private RunId run() {
    if (name != null && nameOption != null && !name.equals(nameOption)) {
      throw new CommandFailedException(
          "--run: \"%s\" given, allowed: one name, and \"%s\" is given already"
              .formatted(nameOption, name));
    }
    if (name == null && nameOption == null) {
      return RunNames.of("run", context.clock());
    }
    return new RunId(name == null ? nameOption : name);
  }
}
