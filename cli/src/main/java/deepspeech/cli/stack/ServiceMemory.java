package deepspeech.cli.stack;

import java.util.List;

/**
 * JVM memory options of the services. Heaps start small and grow no further than needed. All
 * services together take about 1.5 GB with the demo's model, and the manual's largest model still
 * fits.
 */
final class ServiceMemory {
  /**
   * In addition to the heap, each thread that decodes MP3, Vorbis or Opus has a process of 55 MB.
   */
  static final List<String> DATA_PREP = options(15);

  /** A copy of the weights and the optimiser state passes through the heap with each checkpoint. */
  static final List<String> TRAINER = options(40);

  static final List<String> EVALUATOR = options(20);
  static final List<String> DASHBOARD = options(10);
  static final List<String> DATA_TOOL = options(25);

  private ServiceMemory() {}

  private static List<String> options(int percentOfMemory) {
    return List.of(
        "-Xms48m",
        "-XX:MaxRAMPercentage=" + percentOfMemory,
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError");
  }
}
