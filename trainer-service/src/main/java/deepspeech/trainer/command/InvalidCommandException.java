package deepspeech.trainer.command;

/** A command cannot be carried out. The message is one line for the sender. */
public final class InvalidCommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidCommandException(String reason) {
    super(reason);
  }
}
