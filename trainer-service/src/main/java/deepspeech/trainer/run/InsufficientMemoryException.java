package deepspeech.trainer.run;

/** The memory of this trainer does not suffice for a run. The message is one line for the user. */
final class InsufficientMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InsufficientMemoryException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
