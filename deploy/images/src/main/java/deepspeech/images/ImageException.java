package deepspeech.images;

import java.io.Serial;

/** An image cannot be built. The message is one line for the user. */
final class ImageException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  ImageException(String message) {
    super(message);
  }

  ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
