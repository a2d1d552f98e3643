package deepspeech.speech.manifest;

import deepspeech.speech.WrongFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits a UTF-8 file in memory into lines, by the rules of {@link LineReader}. */
public final class TextLines {
  private TextLines() {}

  /**
   * Returns the lines. A line that is not UTF-8 is an empty optional.
   *
   * @throws WrongFileException if the file is clearly not UTF-8 text
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
