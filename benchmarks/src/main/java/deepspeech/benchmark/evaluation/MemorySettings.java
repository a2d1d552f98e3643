package deepspeech.benchmark.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@link EvaluatorMemoryBenchmark} measures. The defaults are the manual's model and a test
 * set in batches of the manual's size.
 *
 * @param layers number of GRU layers
 * @param units size of each
 * @param tokens size of the vocabulary
 * @param utterances number of utterances in the test set
 * @param seconds length of the longest one
 * @param batch utterances per batch
 * @param checkpoints number of checkpoints to test
 * @param threads of ONNX Runtime
 * @param limits of the evaluator
 */
record MemorySettings(
    int layers,
    int units,
    int tokens,
    int utterances,
    double seconds,
    int batch,
    int checkpoints,
    int threads,
    MeasuredEvaluator.Limits limits) {

  /**
   * Reads {@code name=value}: {@code model=3x1024}, {@code tokens}, {@code utterances}, {@code
   * seconds}, {@code batch}, {@code checkpoints}, {@code threads}, {@code memory} in MiB, {@code
   * heap} in percent of it, and {@code touched=true} to make the whole heap resident.
   */
  static MemorySettings of(String[] arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      given.put(parts[0], parts[1]);
    }
    String[] model = given.getOrDefault("model", "3x1024").split("x", 2);
    return new MemorySettings(
        Integer.parseInt(model[0]),
        Integer.parseInt(model[1]),
        number(given, "tokens", RandomTestSet.TOKENS),
        number(given, "utterances", 256),
        number(given, "seconds", 20),
        number(given, "batch", 32),
        number(given, "checkpoints", 4),
        number(given, "threads", 2),
        new MeasuredEvaluator.Limits(
            number(given, "memory", 3072),
            number(given, "heap", 35),
            Boolean.parseBoolean(given.getOrDefault("touched", "false"))));
  }

  private static int number(Map<String, String> given, String name, int otherwise) {
    return Integer.parseInt(given.getOrDefault(name, Integer.toString(otherwise)));
  }
}
