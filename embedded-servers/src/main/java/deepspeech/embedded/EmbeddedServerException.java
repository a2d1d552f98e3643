package deepspeech.embedded;

/** An embedded server could not start or stop; the message is one line a user can act on. */
public final class EmbeddedServerException extends RuntimeException {

  /**
   * @param message one line that names what is in the way
   */
  public EmbeddedServerException(String message) {
    super(message);
  }

  /**
   * @param message one line that names what is in the way
   * @param cause what was thrown
   */
  public EmbeddedServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
