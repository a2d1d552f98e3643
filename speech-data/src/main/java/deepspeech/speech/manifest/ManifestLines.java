package deepspeech.speech.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Iterates over the lines of a manifest in order and holds one line at a time. Not thread-safe.
 * Throws an {@link UncheckedIOException} with the file's name if the file cannot be read to its
 * end.
 */
public final class ManifestLines implements Iterator<ManifestLine>, AutoCloseable {
  private final InputStream file;
  private final String name;
  private final LineReader lines;
  private long number;
  private boolean hasRead;
  private boolean hasLine;

  /**
   * Reads lines from a stream.
   *
   * @param name name of the file, for messages
   */
  ManifestLines(InputStream file, String name) {
    this.file = file;
    this.name = name;
    this.lines = new LineReader(file, ManifestReader.LONGEST_LINE);
  }

  @Override
  public boolean hasNext() {
    if (!hasRead) {
      try {
        hasLine = lines.next();
        if (hasLine && number == 0) {
          ManifestReader.refuseList(lines);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(name + ": cannot be read: " + e.getMessage(), e);
      }
      hasRead = true;
    }
    return hasLine;
  }

  @Override
  public ManifestLine next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    hasRead = false;
    number++;
    return ManifestReader.line(lines, number, name);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
