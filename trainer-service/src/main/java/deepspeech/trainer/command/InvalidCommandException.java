package deepspeech.trainer.command;

/** A command that cannot be carried out; its message is one line for who sent it. */
public final class InvalidCommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidCommandException(String reason) {
    super(reason);
  }
}
