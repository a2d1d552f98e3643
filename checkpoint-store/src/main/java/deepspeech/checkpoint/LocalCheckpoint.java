package deepspeech.checkpoint;

import java.nio.file.Path;

/**
 * Verified local copies of a checkpoint's files.
 *
 * @param stored the checkpoint in the store
 * @param directory the directory that holds the files under their names
 */
public record LocalCheckpoint(StoredCheckpoint stored, Path directory) {

  /** The path of a file of the checkpoint. */
  public Path file(String name) {
    return directory.resolve(name);
  }
}
