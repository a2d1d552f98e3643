package deepspeech.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The trainer's files that are not needed any more. */
public final class WorkFiles {
  private WorkFiles() {}

  /**
   * The folder of one trainer, without what an earlier process of that trainer has left there.
   *
   * @param workDirectory may be shared with other trainers
   * @param trainerId name of this one among them
   */
  public static Path cleared(Path workDirectory, String trainerId) {
    Path folder = workDirectory.resolve("trainer-" + trainerId);
    delete(folder);
    return folder;
  }

  /** Deletes a directory with all that is in it; none is no error. */
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
