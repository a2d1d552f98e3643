package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.manifest.TextLines;
import deepspeech.dataprep.tool.DataFiles;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads annotation lists: UTF-8, on each line the path of an audio file, a tab and the text; what
 * follows a second tab is ignored, as in the seed.
 */
final class AnnotationReader {
  private final List<Annotation> annotations = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  /**
   * Reads a list, or all lists in a folder, by name; hidden files are none.
   *
   * @param except a list in the folder that is not read; null for none
   * @throws DataFileException if one does not exist or cannot be read, or if there is none
   */
  void read(Path listOrFolder, Path except) throws DataFileException {
    if (!Files.isDirectory(listOrFolder)) {
      readList(listOrFolder);
      return;
    }
    List<Path> lists = files(listOrFolder, 1).stream().filter(isNot(except)).toList();
    if (lists.isEmpty()) {
      throw new DataFileException(listOrFolder + ": has no annotation list");
    }
    for (Path list : lists) {
      readList(list);
    }
  }

  /** The lines that can be read, in their order. */
  List<Annotation> annotations() {
    return annotations;
  }

  /** The other ones. */
  List<LeftOut> leftOut() {
    return leftOut;
  }

  /**
   * The files of a folder and of the folders in it, by name; hidden ones are none.
   *
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
      throw new DataFileException(folder + ": cannot be read: " + DataFiles.reason(e), e);
    }
  }

  private static Predicate<Path> isNot(Path except) {
    return file -> except == null || !file.toAbsolutePath().equals(except.toAbsolutePath());
  }

  private void readList(Path list) throws DataFileException {
    List<Optional<String>> lines = TextLines.of(DataFiles.read(list));
    for (int i = 0; i < lines.size(); i++) {
      long number = i + 1L;
      String line = lines.get(i).orElse(null);
      if (line == null) {
        malformed(list, number, "not UTF-8");
        continue;
      }
      String[] fields = line.split("\t", 3);
      if (fields.length < 2 || fields[0].isBlank()) {
        malformed(list, number, "a path, a tab and a text are expected");
      } else {
        annotations.add(
            new Annotation(list, number, fields[0].strip().replace('\\', '/'), fields[1].strip()));
      }
    }
  }

  private void malformed(Path list, long line, String detail) {
    leftOut.add(
        new LeftOut(line, null, LeftOutReason.MALFORMED_LINE, Annotation.at(list, line) + detail));
  }
}
