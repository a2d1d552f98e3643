package deepspeech.images;

import java.util.List;
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
   * @throws ImageException if there is no such build, or the folder is not an absolute path
   */
  static TorchFlavor read(String name, String libtorch) {
    if (name.equals(CPU.name())) {
      return CPU;
    }
    if (!CUDA.matcher(name).matches()) {
      throw new ImageException(
          "--flavor: \"%s\" given, allowed: cpu, or a CUDA build such as cu128".formatted(name));
    }
    if (!libtorch.matches("(/[^/]+)+")) {
      throw new ImageException(
          "--libtorch: \"%s\" given, allowed: an absolute path without a slash at its end"
              .formatted(libtorch));
    }
    return new TorchFlavor(name, libtorch);
  }

  /** True if the base has libtorch. */
  boolean isInBase() {
    return !name.equals(CPU.name());
  }

  /**
   * Name of an image and its archive. With CUDA it differs from that of the same program for the
   * CPU, so that one does not overwrite the other in a registry.
   */
  String imageOf(ImagedProgram program) {
    return isInBase() ? program.image() + "-cuda" : program.image();
  }

  /**
   * Looks at the programs and the base.
   *
   * @throws ImageException if this build of PyTorch is not for one of the programs, or the base is
   *     known to lack libtorch
   */
  void requireUsable(List<ImagedProgram> programs, BaseImage base) {
    if (!isInBase()) {
      return;
    }
    if (!programs.equals(List.of(ImagedProgram.TRAINER))) {
      throw new ImageException(
          "--flavor: \"%s\" given, allowed with it: --only %s"
              .formatted(name, ImagedProgram.TRAINER.image()));
    }
    String file = folder + "/libtorch.so";
    if (base.lacks(file)) {
      throw new ImageException(
          "--base: %s has no %s; expected with --flavor %s: a base that has libtorch for CUDA in the folder of --libtorch"
              .formatted(base.name(), file, name));
    }
  }
}
