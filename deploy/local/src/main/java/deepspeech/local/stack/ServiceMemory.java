package deepspeech.local.stack;

import java.util.List;

/** JVM options that keep the whole stack to about 1.5 GB. */
final class ServiceMemory {
  static final List<String> DATA_PREP = options("384m");

  /** Weights and gradients are outside the heap; in it are the batches asked for ahead. */
  static final List<String> TRAINER = options("640m");

  static final List<String> EVALUATOR = options("384m");
  static final List<String> PREPARE = options("384m");

  private ServiceMemory() {}

  private static List<String> options(String heap) {
    return List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
  }
}
