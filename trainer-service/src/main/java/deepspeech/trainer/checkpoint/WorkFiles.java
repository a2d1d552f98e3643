package deepspeech.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Deletes the trainer's files that are no longer needed. */
public final class WorkFiles {
  private WorkFiles() {}

  /**
   * Returns the folder of one trainer, and deletes the files of an earlier process of that trainer.
   *
   * @param workDirectory may be shared with other trainers
   * @param trainerId the name of this trainer among them
   */
  public static Path cleared(Path workDirectory, String trainerId) {
    Path folder = workDirectory.resolve("trainer-" + trainerId);
    delete(folder);
    return folder;
  }

  /** Deletes a directory with its contents. Does nothing if the directory does not exist. */
  public static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
