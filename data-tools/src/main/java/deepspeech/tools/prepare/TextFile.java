package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.LineReader;
import deepspeech.speech.storage.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The lines of a UTF-8 file, one after another. A file with the extension .gz is decompressed. */
final class TextFile implements AutoCloseable {
  private static final int LONGEST_LINE = 1 << 24;
  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final InputStream file;
  private final LineReader lines;
  private long number;
  private Optional<String> text = Optional.empty();

  private TextFile(Path path, InputStream file) {
    this.path = path;
    this.file = file;
    this.lines = new LineReader(file, LONGEST_LINE);
  }

  static TextFile open(Path path) throws DataFileException {
    try {
      InputStream file = LocalFiles.stream(path);
      return new TextFile(
          path, path.toString().endsWith(".gz") ? new GZIPInputStream(file, BUFFER) : file);
    } catch (IOException e) {
      throw DataFileException.unreadable(path, e);
    }
  }

  /**
   * Advances to the next line.
   *
   * @return false at the end of the file
   * @throws DataFileException if the file cannot be read to its end
   */
  boolean next() throws DataFileException {
    number++;
    try {
      boolean exists = lines.next();
      text = exists ? lines.text() : Optional.empty();
      return exists;
    } catch (IOException e) {
      throw DataFileException.unreadable(path, e);
    }
  }

  /** Returns why the line cannot be read, with file and line number; empty if it can be read. */
  Optional<String> problem() {
    if (lines.isTooLong()) {
      return Optional.of("%slonger than %d bytes".formatted(at(), LONGEST_LINE));
    }
    return text.isPresent() ? Optional.empty() : Optional.of(at() + "not UTF-8");
  }

  /**
   * Returns the line.
   *
   * @throws DataFileException if there is a {@link #problem}
   */
  String line() throws DataFileException {
    Optional<String> problem = problem();
    if (problem.isPresent()) {
      throw new DataFileException(problem.get());
    }
    return text.orElseThrow();
  }

  Path path() {
    return path;
  }

  /** Returns the line's number, from 1. */
  long number() {
    return number;
  }

  /** Returns the beginning of a message about the line. */
  String at() {
    return Annotation.at(path, number);
  }

  /** Counts the lines of a file. */
  static long count(Path path) throws DataFileException {
    try (TextFile file = open(path)) {
      return LineReader.count(file.file);
    } catch (IOException e) {
      throw DataFileException.unreadable(path, e);
    }
  }

  /** Returns the first line that is not blank, stripped; empty if every line is blank. */
  static String firstLine(Path path) throws DataFileException {
    try (TextFile file = open(path)) {
      while (file.next()) {
        if (!file.line().isBlank()) {
          return file.line().strip();
        }
      }
    }
    return "";
  }

  /** Returns true if the first line begins a JSON object; false for a file in another encoding. */
  static boolean hasObjects(Path path) throws DataFileException {
    try (TextFile file = open(path)) {
      return file.next() && file.text.orElse("").stripLeading().startsWith("{");
    }
  }

  @Override
  public void close() throws DataFileException {
    try {
      file.close();
    } catch (IOException e) {
      throw DataFileException.unreadable(path, e);
    }
  }
}
