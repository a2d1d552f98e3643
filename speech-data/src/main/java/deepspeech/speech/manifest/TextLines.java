package deepspeech.speech.manifest;

import deepspeech.speech.WrongFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lines of a UTF-8 file that is in memory, as {@link LineReader} tells them apart. */
public final class TextLines {
  private TextLines() {}

  /**
   * The lines; empty instead of a line that is not UTF-8.
   *
   * @throws WrongFileException if the file is clearly no text in UTF-8
   */
  public static List<Optional<String>> of(byte[] content) throws WrongFileException {
    List<Optional<String>> lines = new ArrayList<>();
    LineReader reader = new LineReader(new ByteArrayInputStream(content), content.length);
    try {
      while (reader.next()) {
        lines.add(reader.text());
      }
    } catch (WrongFileException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("an array cannot fail", e);
    }
    return lines;
  }
}
