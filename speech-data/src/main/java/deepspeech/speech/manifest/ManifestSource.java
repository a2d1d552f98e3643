package deepspeech.speech.manifest;

import deepspeech.speech.DataFileException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A manifest that can be read repeatedly. It is read line by line, so it may have any number of
 * lines.
 */
public final class ManifestSource {
  private final String name;
  private final Opener opener;

  /**
   * Refers to a manifest without opening it.
   *
   * @param name name of the manifest, for messages
   * @param opener opens the manifest; it is called for each reading
   */
  public ManifestSource(String name, Opener opener) {
    this.name = name;
    this.opener = opener;
  }

  /** Opens the manifest. The caller closes the returned iterator. */
  public ManifestLines lines() throws DataFileException {
    return new ManifestLines(opener.open(), name);
  }

  /** Counts the lines, including malformed ones. */
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
    InputStream open() throws DataFileException;
  }
}
