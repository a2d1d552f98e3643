package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.tool.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder, by name; hidden files are none. */
final class DataFolder {
  private DataFolder() {}

  /**
   * A list alone, or all lists of a folder.
   *
   * @param except a list in the folder that does not count; null for none
   * @throws DataFileException if the folder has none
   */
  static List<Path> lists(Path listOrFolder, Path except) throws DataFileException {
    if (!Files.isDirectory(listOrFolder)) {
      return List.of(listOrFolder);
    }
    List<Path> lists =
        files(listOrFolder, 1).stream()
            .filter(
                list -> except == null || !list.toAbsolutePath().equals(except.toAbsolutePath()))
            .toList();
    if (lists.isEmpty()) {
      throw new DataFileException(listOrFolder + ": has no annotation list");
    }
    return lists;
  }

  /**
   * The files of a folder and of the folders in it.
   *
   * @param depth 1 for the folder alone
   * @throws DataFileException if it is none or cannot be read
   */
  static List<Path> files(Path folder, int depth) throws DataFileException {
    if (!Files.isDirectory(folder)) {
      throw new DataFileException(folder + ": is not an existing folder");
    }
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file ->
                  Stream.iterate(file, f -> !f.equals(folder), Path::getParent)
                      .noneMatch(f -> f.getFileName().toString().startsWith(".")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DataFileException(folder + ": cannot be read: " + WholeFile.reason(e), e);
    }
  }
}
