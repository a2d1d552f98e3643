package deepspeech.acoustic.device;

import java.util.Locale;

/**
 * A GPU that the NVIDIA driver shows to this process.
 *
 * @param name such as {@code NVIDIA H200}
 * @param memoryBytes its memory
 * @param capability its compute capability, such as {@code 9.0}
 */
public record Gpu(String name, long memoryBytes, String capability) {
  private static final double GIBIBYTE = 1L << 30;

  /** Returns true if it multiplies in TF32 and bf16, as those of compute capability 8.0 do. */
  public boolean multipliesTf32AndBf16() {
    return Integer.parseInt(capability.substring(0, capability.indexOf('.'))) >= 8;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %.1f GiB, compute capability %s",
        name,
        memoryBytes / GIBIBYTE,
        capability);
  }
}
