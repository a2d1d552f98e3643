package deepspeech.speech.storage;

import java.io.IOException;

/** A path under the dataset root is a link that leads out of the root. The message is one line. */
public final class OutsideRootException extends IOException {
  private static final long serialVersionUID = 1L;

  OutsideRootException(String line) {
    super(line);
  }
}
