package deepspeech.vulnerabilities;

import java.io.Serial;

/** A file cannot be used. The message is one line for the user. */
public final class ReviewException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  ReviewException(String message) {
    super(message);
  }

  ReviewException(String message, Throwable cause) {
    super(message, cause);
  }
}
