package deepspeech.checkpoint;

import java.nio.file.Path;

/**
 * A checkpoint's files on this machine, verified.
 *
 * @param stored what they are a copy of
 * @param directory that holds the files under their names
 */
public record LocalCheckpoint(StoredCheckpoint stored, Path directory) {

  /** The path of a file of the checkpoint. */
  public Path file(String name) {
    return directory.resolve(name);
  }
}
