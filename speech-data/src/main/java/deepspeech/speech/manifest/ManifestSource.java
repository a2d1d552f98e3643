package deepspeech.speech.manifest;

import deepspeech.speech.DataFileException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A manifest that is read as often as it is needed, a line at a time, so that it may have any
 * number of lines.
 */
public final class ManifestSource {
  private final String name;
  private final Opener opener;

  /**
   * Names a manifest.
   *
   * @param name for messages
   * @param opener is called for each reading
   */
  public ManifestSource(String name, Opener opener) {
    this.name = name;
    this.opener = opener;
  }

  /** Begins to read; the caller closes what is returned. */
  public ManifestLines lines() throws DataFileException {
    return new ManifestLines(opener.open(), name);
  }

  /** Counts the lines, whatever is in them. */
  public long countLines() throws DataFileException {
    try (InputStream file = opener.open()) {
      return LineReader.count(file);
    } catch (IOException e) {
      throw new DataFileException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Opens a file at its beginning. */
  @FunctionalInterface
  public interface Opener {
    /** Opens it. */
    InputStream open() throws DataFileException;
  }
}
