package deepspeech.benchmark.soak;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link SoakBenchmark} trains, as {@code name=value} arguments, and how often it looks at the
 * memory. The defaults take half an hour on two cores.
 */
final class SoakSettings {
  private static final List<String> NAMES =
      List.of("steps", "utterances", "batch", "units", "layers", "every", "output");

  private final Map<String, String> given = new LinkedHashMap<>();

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming an argument that is unknown, or no number from 1
   */
  SoakSettings(List<String> arguments) {
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length < 2 || !NAMES.contains(parts[0])) {
        throw new IllegalArgumentException(
            "%s: allowed: name=value with one of %s".formatted(argument, String.join(", ", NAMES)));
      }
      given.put(parts[0], parts[1]);
    }
    if (utterances() < batch()) {
      throw new IllegalArgumentException(
          "utterances: %d given, allowed: batch (%d) or more".formatted(utterances(), batch()));
    }
  }

  /** At least as many steps are trained, up to the end of an epoch. */
  int steps() {
    return number("steps", 10_000);
  }

  /** Utterances of the training set. An epoch ends with a checkpoint, which is tested. */
  int utterances() {
    return number("utterances", 400);
  }

  int batch() {
    return number("batch", 2);
  }

  int layers() {
    return number("layers", 1);
  }

  int units() {
    return number("units", 32);
  }

  /** Seconds between two looks. */
  int every() {
    return number("every", 5);
  }

  /** Folder of the table and of the plot. */
  Path output() {
    return Path.of(given.getOrDefault("output", "benchmarks/target/soak"));
  }

  int epochs() {
    int batches = (utterances() + batch() - 1) / batch();
    return (steps() + batches - 1) / batches;
  }

  private int number(String name, int otherwise) {
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[1-9]\\d{0,7}")) {
      throw new IllegalArgumentException(
          "%s: \"%s\" given, allowed: a whole number from 1".formatted(name, text));
    }
    return Integer.parseInt(text);
  }
}
