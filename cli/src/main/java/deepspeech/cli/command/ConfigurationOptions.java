package deepspeech.cli.command;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.console.ConfigurationBlock;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Makes every configuration argument of a run an option of the same name. */
final class ConfigurationOptions {
  private ConfigurationOptions() {}

  /** Adds the options. Their help states defaults and allowed values. */
  static void addTo(CommandSpec command) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .heading("%nConfiguration arguments, as in the manual:%n")
            .exclusive(false)
            .validate(false)
            .order(1);
    for (Argument argument : Argument.alphabetical()) {
      OptionSpec.Builder option =
          OptionSpec.builder("--" + argument.argumentName())
              .type(String.class)
              .paramLabel("VALUE")
              .description(help(argument));
      if (argument.isFlag()) {
        option.arity("0..1").fallbackValue("True");
      }
      group.addArg(option.build());
    }
    command.addArgGroup(group.build());
  }

  /** The given values by argument name, as text that is not parsed. */
  static Map<String, Object> given(ParseResult parsed) {
    Map<String, Object> given = new TreeMap<>();
    for (Argument argument : Argument.alphabetical()) {
      String name = argument.argumentName();
      if (parsed.hasMatchedOption("--" + name)) {
        given.put(name, parsed.matchedOptionValue("--" + name, ""));
      }
    }
    return given;
  }

  private static String[] help(Argument argument) {
    return Stream.of(
            argument.description(),
            "allowed: " + argument.allowed(),
            "default: " + ConfigurationBlock.literal(argument.defaultValue()))
        // picocli treats a percent sign in a description as the start of a format specifier.
        .map(line -> line.replace("%", "%%"))
        .toArray(String[]::new);
  }
}
