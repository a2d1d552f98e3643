package deepspeech.tools.prepare;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.DataFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;

/** The annotations in the lines of a file. Each line gives any number of annotations. */
final class TextAnnotations implements Annotations {
  private final TextFile file;
  private final Lines lines;
  private final Supplier<List<String>> remarks;
  private final Queue<AnnotationLine> next = new ArrayDeque<>();
  private boolean isAtEnd;

  /**
   * Reads any number of annotations from each line that is not blank. A line that cannot be read is
   * skipped.
   */
  TextAnnotations(TextFile file, Lines lines) {
    this(file, lines, List::of);
  }

  /**
   * Reads annotations, with remarks.
   *
   * @param remarks remarks on the lines that were read, see {@link Annotations#remarks}
   */
  TextAnnotations(TextFile file, Lines lines, Supplier<List<String>> remarks) {
    this.file = file;
    this.lines = lines;
    this.remarks = remarks;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next.isEmpty() && !isAtEnd) {
        isAtEnd = !file.next();
        if (!isAtEnd) {
          readLine();
        }
      }
    } catch (DataFileException e) {
      throw new UncheckedIOException(e.getMessage(), new IOException(e));
    }
    return !next.isEmpty();
  }

  private void readLine() throws DataFileException {
    Optional<String> problem = file.problem();
    if (problem.isPresent()) {
      next.add(
          AnnotationLine.skipped(
              file.path(), file.number(), null, SkipReason.MALFORMED_LINE, problem.get()));
    } else if (!file.line().isBlank()) {
      next.addAll(lines.read());
    }
  }

  @Override
  public List<String> remarks() {
    return remarks.get();
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

  /** Reads the current line of the file. */
  @FunctionalInterface
  interface Lines {
    Collection<AnnotationLine> read() throws DataFileException;
  }
}
