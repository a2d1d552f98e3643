package deepspeech.speech.manifest;

import java.io.IOException;

/** A file under the dataset root that really lies elsewhere; the message is one line. */
public final class OutsideRootException extends IOException {
  private static final long serialVersionUID = 1L;

  OutsideRootException(String line) {
    super(line);
  }
}
