package deepspeech.images;

import java.util.regex.Pattern;

/**
 * The build of PyTorch that a trainer runs on.
 *
 * @param name DJL's name, such as {@code cpu} or {@code cu128}
 * @param folder the folder of libtorch in the image: for the CPU that of the natives layer, for
 *     CUDA one of the base
 */
record TorchFlavor(String name, String folder) {
  static final TorchFlavor CPU = new TorchFlavor("cpu", NativeRule.NATIVES + "/pytorch");

  /** The folder of libtorch in the images {@code pytorch/pytorch}. */
  static final String LIBTORCH = "/opt/conda/lib/python3.11/site-packages/torch/lib";

  private static final Pattern CUDA = Pattern.compile("cu\\d{3}");

  /**
   * Reads a flavour.
   *
   * @param libtorch folder of libtorch in the base, used for CUDA
   */
  static TorchFlavor read(String name, String libtorch) {
    if (name.equals(CPU.name())) {
      return CPU;
    }
    if (!CUDA.matcher(name).matches()) {
      throw new ImageException(
          "--flavor: \"%s\" given, allowed: cpu, or a CUDA build such as cu128".formatted(name));
    }
    return new TorchFlavor(name, libtorch);
  }

  /** True if the base has libtorch. */
  boolean isInBase() {
    return !name.equals(CPU.name());
  }
}
