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
  /** The hash of the named file; empty if the list does not contain it. */
  public static Optional<String> sha256(List<CheckpointFile> files, String name) {
    return files.stream()
        .filter(file -> file.name().equals(name))
        .map(CheckpointFile::sha256)
        .findFirst();
  }

  /** Total size of the files, in bytes. */
  public static long totalSize(List<CheckpointFile> files) {
    return files.stream().mapToLong(CheckpointFile::size).sum();
  }
}
