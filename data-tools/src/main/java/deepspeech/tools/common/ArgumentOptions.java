package deepspeech.tools.common;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Command line options that are configuration arguments of a run. Defaults and checks are those of
 * a run.
 */
public final class ArgumentOptions {
  private final List<Argument> arguments;

  /** Creates the options for the given arguments. */
  public ArgumentOptions(Argument... arguments) {
    this.arguments = List.of(arguments);
  }

  /** Returns the command of a program, with these options after the program's own options. */
  public CommandSpec addTo(Object program) {
    CommandSpec command = CommandSpec.forAnnotatedObject(program);
    for (Argument argument : arguments) {
      String name = argument.argumentName();
      command.addOption(
          OptionSpec.builder("--" + name, "--" + name.replace('_', '-'))
              .type(String.class)
              .paramLabel("VALUE")
              .description(
                  argument.description(),
                  "Allowed: " + argument.allowed(),
                  "Default: " + argument.defaultValue())
              .build());
    }
    return command;
  }

  /**
   * Returns the configuration of a run with the same arguments.
   *
   * @throws InvalidMessageException naming the argument, the value and what is allowed
   */
  public TrainingConfiguration read(ParseResult parsed) {
    Map<String, Object> given = new TreeMap<>();
    for (Argument argument : arguments) {
      String option = "--" + argument.argumentName();
      if (parsed.hasMatchedOption(option)) {
        given.put(argument.argumentName(), parsed.matchedOptionValue(option, ""));
      }
    }
    return TrainingConfiguration.of(given);
  }
}
