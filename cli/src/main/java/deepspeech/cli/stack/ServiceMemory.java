package deepspeech.cli.stack;

import java.util.List;

/**
 * JVM options of the services: heaps that begin small and grow no further than needed, so that the
 * demo's model takes about 1.5 GB in all and the manual's largest one still fits.
 */
final class ServiceMemory {
  /** Beside its heap, each thread that decodes MP3, Vorbis or Opus has a process of 55 MB. */
  static final List<String> DATA_PREP = options(15);

  /** Of weights and optimiser, a copy passes through the heap with each checkpoint. */
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
