package deepspeech.embedded;

/**
 * An embedded server could not start or stop, or has failed. The message is one line for the user.
 */
public final class EmbeddedServerException extends RuntimeException {

  /**
   * @param message one line that names the cause
   */
  public EmbeddedServerException(String message) {
    super(message);
  }

  /**
   * @param message one line that names the cause
   * @param cause the original exception
   */
  public EmbeddedServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
