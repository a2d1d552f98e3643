package deepspeech.cli.failure;

/** A user's command cannot be carried out. The message is a single line that gives the reason. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailedException(String line) {
    super(line);
  }

  public CommandFailedException(String line, Throwable cause) {
    super(line, cause);
  }
}
