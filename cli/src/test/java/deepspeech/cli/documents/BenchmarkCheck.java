package deepspeech.cli.documents;

import static deepspeech.cli.documents.CommandCheck.require;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code benchmarks/run …}: a measurement that the script names with its {@code name=value}
 * arguments, or JMH benchmarks with their parameters.
 */
final class BenchmarkCheck implements CommandCheck {
  private static final String SCRIPT = "benchmarks/run";

  @Override
  public boolean covers(ShellCommand command) {
    return command.program().equals(SCRIPT);
  }

  @Override
  public void check(ShellCommand command) throws IOException {
    List<String> arguments = command.arguments();
    if (!arguments.isEmpty() && Character.isLowerCase(arguments.get(0).charAt(0))) {
      checkMeasurement(arguments.get(0), arguments.subList(1, arguments.size()));
    } else {
      checkBenchmarks(command);
    }
  }

  private static void checkMeasurement(String name, List<String> arguments) throws IOException {
    String script = Files.readString(Documents.ROOT.resolve(SCRIPT));
    require(
        Pattern.compile("(?m)^  " + name + "\\)").matcher(script).find(),
        "the script knows no measurement " + name);
    for (String argument : arguments) {
      if (argument.contains("=")) {
        String key = argument.substring(0, argument.indexOf('='));
        require(
            sources().stream().anyMatch(source -> source.contains("\"" + key)),
            "no measurement reads " + key);
      }
    }
  }

  private static void checkBenchmarks(ShellCommand command) throws IOException {
    Optional<String> chosen =
        command.arguments().stream().findFirst().filter(name -> !name.startsWith("-"));
    List<String> benchmarks =
        sources().stream()
            .filter(source -> source.contains("@Benchmark"))
            .filter(
                source ->
                    chosen.isEmpty()
                        || Pattern.compile("class \\w*" + chosen.get()).matcher(source).find())
            .toList();
    require(!benchmarks.isEmpty(), "no benchmark has a name like " + chosen);
    command
        .option("-p")
        .map(parameter -> parameter.substring(0, parameter.indexOf('=')))
        .ifPresent(
            name ->
                require(
                    benchmarks.stream().anyMatch(source -> source.contains(" " + name + ";")),
                    "no benchmark has the parameter " + name));
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Documents.ROOT.resolve("benchmarks/src"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(BenchmarkCheck::text)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
