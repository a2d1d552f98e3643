package deepspeech.messages.checkpoint;

import java.util.List;
import java.util.Optional;

/**
 * A file of a checkpoint.
 *
 * @param size in bytes
 * @param sha256 lower-case hexadecimal
 */
public record CheckpointFile(String name, long size, String sha256) {
  /** The name of the weights with which training continues. */
  public static final String WEIGHTS = "model.safetensors";

  /** The name of the averaged weights. A checkpoint has none if its run averages none. */
  public static final String AVERAGE = "average.safetensors";

  /** The hash of the named file; empty if the list does not contain it. */
  public static Optional<String> sha256(List<CheckpointFile> files, String name) {
    return files.stream()
        .filter(file -> file.name().equals(name))
        .map(CheckpointFile::sha256)
        .findFirst();
  }

  /**
   * The hash of the weights that {@code model.onnx} is made of: of their average, if there is one.
   */
  public static Optional<String> deployedWeights(List<CheckpointFile> files) {
    return sha256(files, AVERAGE).or(() -> sha256(files, WEIGHTS));
  }

  /** Total size of the files, in bytes. */
  public static long totalSize(List<CheckpointFile> files) {
    return files.stream().mapToLong(CheckpointFile::size).sum();
  }
}
