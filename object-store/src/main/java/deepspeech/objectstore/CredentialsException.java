package deepspeech.objectstore;

/** A request could not be signed. The message is one line without a secret. */
final class CredentialsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  /**
   * Creates an exception.
   *
   * @param passing true if the same attempt may succeed later without any intervention
   */
  CredentialsException(String line, boolean passing, Throwable cause) {
    super(line, cause);
    this.passing = passing;
  }

  boolean isPassing() {
    return passing;
  }
}
