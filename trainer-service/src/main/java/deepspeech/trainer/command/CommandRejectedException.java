package deepspeech.trainer.command;

/** A command that cannot be carried out; its message is one line for who sent it. */
public final class CommandRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandRejectedException(String reason) {
    super(reason);
  }
}
