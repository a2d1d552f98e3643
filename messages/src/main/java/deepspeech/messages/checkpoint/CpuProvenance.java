package deepspeech.messages.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The factors, besides data and code, that determine how a step on a CPU rounds.
 *
 * @param threads number of threads that share a computation; sums are split among them
 * @param capability the kernels that PyTorch selects for the processor: {@code DEFAULT}, {@code
 *     AVX2} or {@code AVX512}
 * @param instructions vendor and instruction sets of the processor, by which MKL and oneDNN select
 *     their kernels, and the environment variables that limit them
 */
public record CpuProvenance(int threads, String capability, String instructions) {
  static final String PREFIX = "cpu.";
  private static final String THREADS = PREFIX + "threads";
  private static final String CAPABILITY = PREFIX + "capability";
  private static final String INSTRUCTIONS = PREFIX + "instructions";

  Map<String, String> values() {
    return new TreeMap<>(
        Map.of(
            THREADS,
            Integer.toString(threads),
            CAPABILITY,
            capability,
            INSTRUCTIONS,
            instructions));
  }

  /**
   * Extracts it from the values of a provenance; empty for checkpoints from before it was recorded.
   */
  static Optional<CpuProvenance> among(Map<String, String> values) {
    String threads = values.get(THREADS);
    if (threads == null || !threads.matches("[1-9][0-9]{0,5}")) {
      return Optional.empty();
    }
    return Optional.of(
        new CpuProvenance(
            Integer.parseInt(threads),
            values.getOrDefault(CAPABILITY, "unknown"),
            values.getOrDefault(INSTRUCTIONS, "unknown")));
  }

  /**
   * Describes each difference from an earlier provenance, with both values; empty if both are
   * equal.
   */
  public List<String> changesSince(CpuProvenance before) {
    List<String> changes = new ArrayList<>();
    if (threads != before.threads) {
      changes.add("cpu_threads %d, was %d".formatted(threads, before.threads));
    }
    if (!capability.equals(before.capability)) {
      changes.add("PyTorch's kernels %s, were %s".formatted(capability, before.capability));
    }
    if (!instructions.equals(before.instructions)) {
      changes.add("processor %s, was %s".formatted(instructions, before.instructions));
    }
    return changes;
  }
}
