package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@CommandLine.Command(
    name = "resume",
    customSynopsis = "deepspeech resume RUN [--ARGUMENT=VALUE...] [OPTION...]%n",
    description = {
      "Resumes a run from its latest checkpoint, or from the checkpoint that --resume_model names.",
      "Arguments on the command line replace those of the run, such as a larger --num_epoch for a"
          + " finished run. The others keep their values."
    })
final class ResumeCommand implements Callable<Integer> {
  private final Context context;

  @Spec private CommandSpec spec;
  @Mixin private BrokerOptions brokerOptions;
  @Mixin private AnswerOptions answer;
  @Mixin private QueueOptions queue;

  @Parameters(paramLabel = "RUN", description = "the run")
  private String name;

  private ResumeCommand(Context context) {
    this.context = context;
  }

  static CommandLine commandLine(Context context) {
    CommandLine commandLine = new CommandLine(new ResumeCommand(context));
    ConfigurationOptions.addTo(commandLine.getCommandSpec());
    return commandLine;
  }

  @Override
  public Integer call() throws InterruptedException {
    RunId run = new RunId(name);
    Command command =
        new Command.Resume(
            run,
            ConfigurationOptions.given(spec.commandLine().getParseResult()),
            queue.priority(),
            queue.preempt());
    answer.requireValid();
    BrokerConfiguration broker = brokerOptions.broker(context);
    answer.send(broker, command);
    return answer.afterAcceptance(context, broker, run);
  }
}
