package deepspeech.speech;

import java.io.IOException;

/** A file that is another one than is expected; the message is one line without its name. */
public final class WrongFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what it is. */
  public WrongFileException(String line) {
    super(line);
  }
}
