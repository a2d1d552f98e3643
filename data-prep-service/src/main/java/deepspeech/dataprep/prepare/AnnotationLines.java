package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.manifest.LineReader;
import deepspeech.dataprep.tool.WholeFile;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The lines of annotation lists, one list after the other, of which it holds one line: UTF-8, the
 * path of an audio file, a tab and the text; what follows a second tab is ignored, as in the seed.
 * Throws an {@link UncheckedIOException} with the list's name if a list cannot be read to its end.
 */
final class AnnotationLines implements Annotations {
  private static final int LONGEST_LINE = 1 << 20;

  private final Iterator<Path> lists;
  private Path list;
  private InputStream file;
  private LineReader reader;
  private long number;
  private AnnotationLine next;

  AnnotationLines(List<Path> lists) {
    this.lists = lists.iterator();
  }

  /**
   * Counts the lines, whatever is in them.
   *
   * @throws DataFileException if a list cannot be read
   */
  static long count(List<Path> lists) throws DataFileException {
    long count = 0;
    for (Path list : lists) {
      try (InputStream file = Files.newInputStream(list)) {
        count += LineReader.count(file);
      } catch (IOException e) {
        throw new DataFileException(unreadable(list, e), e);
      }
    }
    return count;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && (file != null || lists.hasNext())) {
        if (file == null) {
          list = lists.next();
          file = Files.newInputStream(list);
          reader = new LineReader(file, LONGEST_LINE);
          number = 0;
        }
        if (reader.next()) {
          number++;
          next = line();
        } else {
          close();
        }
      }
      return next != null;
    } catch (IOException e) {
      throw new UncheckedIOException(unreadable(list, e), e);
    }
  }

  @Override
  public AnnotationLine next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    AnnotationLine line = next;
    next = null;
    return line;
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
        file = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(unreadable(list, e), e);
    }
  }

  private AnnotationLine line() {
    if (reader.isTooLong()) {
      return malformed("longer than %d bytes".formatted(LONGEST_LINE));
    }
    String line = reader.text().orElse(null);
    if (line == null) {
      return malformed("not UTF-8");
    }
    String[] fields = line.split("\t", 3);
    if (fields.length < 2 || fields[0].isBlank()) {
      return malformed("a path, a tab and a text are expected");
    }
    return new AnnotationLine(
        new Annotation(list, number, fields[0].strip().replace('\\', '/'), fields[1].strip()),
        null);
  }

  private AnnotationLine malformed(String detail) {
    return new AnnotationLine(
        null,
        new LeftOut(
            number, null, LeftOutReason.MALFORMED_LINE, Annotation.at(list, number) + detail));
  }

  private static String unreadable(Path list, IOException e) {
    return list + ": cannot be read: " + WholeFile.reason(e);
  }
}
