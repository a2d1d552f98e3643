package deepspeech.trainer.training;

/** A run that cannot go on; its message is one line for a person. */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunFailedException(String reason) {
    super(reason);
  }

  public RunFailedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
