package deepspeech.cli;

/** What a person asked for cannot be done; the message is the one line that tells why. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailedException(String line) {
    super(line);
  }

  public CommandFailedException(String line, Throwable cause) {
    super(line, cause);
  }
}
