package deepspeech.trainer.training;

/** A run cannot continue. The message is one line for the user. */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunFailedException(String reason) {
    super(reason);
  }

  public RunFailedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
