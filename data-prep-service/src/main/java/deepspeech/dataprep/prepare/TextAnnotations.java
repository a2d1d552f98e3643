package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.NoSuchElementException;
import java.util.Queue;

/** The annotations that the lines of a file are, each line any number of them. */
final class TextAnnotations implements Annotations {
  private final TextFile file;
  private final Lines lines;
  private final Queue<AnnotationLine> next = new ArrayDeque<>();
  private boolean isAtEnd;

  /** Each line that is not blank is any number of annotations. */
  TextAnnotations(TextFile file, Lines lines) {
    this.file = file;
    this.lines = lines;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next.isEmpty() && !isAtEnd) {
        isAtEnd = !file.next();
        if (!isAtEnd && !file.line().isBlank()) {
          next.addAll(lines.read());
        }
      }
    } catch (DataFileException e) {
      throw new UncheckedIOException(e.getMessage(), new IOException(e));
    }
    return !next.isEmpty();
  }

  @Override
  public AnnotationLine next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return next.remove();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (DataFileException e) {
      throw new UncheckedIOException(e.getMessage(), new IOException(e));
    }
  }

  /** Reads the line that the file stands at. */
  @FunctionalInterface
  interface Lines {
    /** Reads it. */
    Collection<AnnotationLine> read() throws DataFileException;
  }
}
