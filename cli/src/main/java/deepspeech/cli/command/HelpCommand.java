package deepspeech.cli.command;

import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "help", description = "Shows the help of a command, like --help.")
final class HelpCommand implements Callable<Integer> {
  private static final String OPTION = "--help";

  @Parameters(
      arity = "0..1",
      paramLabel = "COMMAND",
      description = "command whose help is shown; none: the list of all commands")
  private String command;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine deepspeech = spec.parent().commandLine();
    if (command == null) {
      return deepspeech.execute(OPTION);
    }
    Set<String> commands = deepspeech.getSubcommands().keySet();
    if (!commands.contains(command)) {
      throw new ParameterException(
          deepspeech,
          "COMMAND: \"%s\" given, allowed: %s".formatted(command, String.join(", ", commands)));
    }
    return deepspeech.execute(command, OPTION);
  }
}
