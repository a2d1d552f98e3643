package deepspeech.benchmark.evaluation;

import deepspeech.benchmark.BenchmarkFolder;
import deepspeech.benchmark.Median;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long one evaluator tests a checkpoint of the manual's shape, 3 × 1024 with 4,300 tokens, on
 * utterances of 2 to 12 s. Two builds are measured in turns, each time in a new JVM.
 */
public final class EvaluationBenchmark {
  private static final int LAYERS = 3;
  private static final int UNITS = 1024;

  private EvaluationBenchmark() {}

  /**
   * Prints each round and the ratio of the medians.
   *
   * @param arguments {@code utterances=N}, {@code rounds=N}, {@code threads=N}, and {@code
   *     baseline=JAR}, the {@code benchmarks.jar} of another build that has this benchmark
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> options = options(arguments);
    Path folder = Files.createTempDirectory("deepspeech-evaluation");
    try {
      Path model = folder.resolve("model.onnx");
      UntrainedModel.write(model, LAYERS, UNITS, RandomTestSet.vocabulary(RandomTestSet.TOKENS));
      String own = System.getProperty("java.class.path");
      Map<String, String> builds = new LinkedHashMap<>();
      if (options.containsKey("baseline")) {
        // Its own classes are found first.
        builds.put("baseline", options.get("baseline") + File.pathSeparator + own);
      }
      builds.put("this build", own);
      Map<String, List<Double>> seconds = new LinkedHashMap<>();
      for (int round = 0; round < Integer.parseInt(options.getOrDefault("rounds", "3")); round++) {
        for (var build : builds.entrySet()) {
          double elapsed = measure(build.getKey(), build.getValue(), model, options);
          seconds.computeIfAbsent(build.getKey(), name -> new ArrayList<>()).add(elapsed);
        }
      }
      report(seconds);
    } finally {
      BenchmarkFolder.delete(folder);
    }
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      options.put(parts[0], parts[1]);
    }
    return options;
  }

  private static double measure(
      String build, String classPath, Path model, Map<String, String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-Xmx2g",
            "-cp",
            classPath,
            EvaluationRound.class.getName(),
            model.toString(),
            options.getOrDefault("utterances", "128"),
            options.getOrDefault("threads", "2")));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      if (process.waitFor() != 0 || line == null) {
        throw new IllegalStateException(
            "%s ended with status %d".formatted(build, process.exitValue()));
      }
      String[] values = line.split(" ", 3);
      System.out.printf(
          "%-10s %s s elapsed, %s s of processor time, %s%n",
          build, values[0], values[1], values[2]);
      return Double.parseDouble(values[0]);
    }
  }

  private static void report(Map<String, List<Double>> seconds) {
    seconds.forEach(
        (build, values) -> System.out.printf("%s: median %.2f s%n", build, Median.of(values)));
    if (seconds.size() == 2) {
      System.out.printf(
          "throughput relative to the baseline: %.2f%n",
          Median.of(seconds.get("baseline")) / Median.of(seconds.get("this build")));
    }
  }
}
