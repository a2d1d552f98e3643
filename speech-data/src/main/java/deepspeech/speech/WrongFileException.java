package deepspeech.speech;

import java.io.IOException;

/** A file is of another kind than expected. The message is one line without the file name. */
public final class WrongFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Takes a line that says what the file is. */
  public WrongFileException(String line) {
    super(line);
  }
}
