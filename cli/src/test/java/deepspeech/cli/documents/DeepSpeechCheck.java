package deepspeech.cli.documents;

import deepspeech.cli.command.Context;
import deepspeech.cli.command.DeepSpeech;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.tools.check.CheckCommand;
import deepspeech.tools.pack.PackCommand;
import deepspeech.tools.prepare.PrepareCommand;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code deepspeech …}: the command's own parsers accept options, arguments and their values. */
final class DeepSpeechCheck implements CommandCheck {
  private static final Map<String, BiFunction<PrintStream, PrintStream, CommandLine>> TOOLS =
      Map.of(
          "prepare", PrepareCommand::commandLine,
          "check", CheckCommand::commandLine,
          "pack", PackCommand::commandLine);

  private final boolean whole;

  /**
   * Creates the check.
   *
   * @param whole false if arguments that a command needs may be absent, as where prose names one
   */
  DeepSpeechCheck(boolean whole) {
    this.whole = whole;
  }

  @Override
  public boolean covers(ShellCommand command) {
    return command.program().equals("deepspeech")
        || command.program().equals("deploy/local/deepspeech");
  }

  @Override
  public void check(ShellCommand command) {
    List<String> arguments = command.arguments();
    check(DeepSpeech.commandLine(silent()), arguments);
    arguments.stream()
        .filter(argument -> !argument.startsWith("-"))
        .findFirst()
        .filter(TOOLS::containsKey)
        .ifPresent(
            tool -> {
              PrintStream none =
                  new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
              check(
                  TOOLS.get(tool).apply(none, none),
                  arguments.subList(arguments.indexOf(tool) + 1, arguments.size()));
            });
  }

  private void check(CommandLine parser, List<String> arguments) {
    ParseResult parsed;
    try {
      parsed = parser.parseArgs(arguments.toArray(new String[0]));
    } catch (MissingParameterException absent) {
      CommandCheck.require(!whole, absent.getMessage());
      return;
    }
    ParseResult last = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    Map<String, Object> configuration = new TreeMap<>();
    for (Argument argument : Argument.alphabetical()) {
      String option = "--" + argument.argumentName();
      if (last.hasMatchedOption(option)) {
        configuration.put(argument.argumentName(), last.matchedOptionValue(option, ""));
      }
    }
    TrainingConfiguration.check(configuration);
    last.matchedPositionals().forEach(DeepSpeechCheck::checkName);
  }

  private static void checkName(PositionalParamSpec parameter) {
    for (String value : parameter.stringValues()) {
      switch (parameter.paramLabel()) {
        case "RUN" -> new RunId(value);
        case "CHECKPOINT" -> CheckpointId.parse(value);
        default -> {}
      }
    }
  }

  private static Context silent() {
    PrintWriter none =
        new PrintWriter(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new Context(none, none, Map.of(), Clock.systemUTC());
  }
}
