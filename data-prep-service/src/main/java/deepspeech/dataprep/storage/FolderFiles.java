package deepspeech.dataprep.storage;

import deepspeech.dataprep.DataFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder of this machine. Corpora are often linked, so links are followed. */
public final class FolderFiles {
  private FolderFiles() {}

  /**
   * The files of a folder and of the folders in it, by path; hidden ones are none.
   *
   * @param depth 1 for the folder alone
   * @throws DataFileException if it is none or cannot be read
   */
  public static List<Path> of(Path folder, int depth) throws DataFileException {
    if (!Files.isDirectory(folder)) {
      throw new DataFileException(folder + ": is not an existing folder");
    }
    try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> !file.equals(folder) && !isHidden(folder.relativize(file)))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static boolean isHidden(Path file) {
    for (Path name : file) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static DataFileException unreadable(Path folder, IOException e) {
    return e instanceof FileSystemLoopException
        ? new DataFileException(
            "%s: the link %s leads back to a folder that it is in; remove it"
                .formatted(folder, e.getMessage()),
            e)
        : DataFileException.unreadable(folder, e);
  }
}
