package deepspeech.trainer.training;

/**
 * The stop signal was raised before the training of a run started, or while the run waited for its
 * data. The run has not failed: it ends as the signal's reason says.
 */
public final class RunStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunStoppedException(StopSignal.Reason reason) {
    this(reason, null);
  }

  /**
   * Creates the exception for a wait that was ended.
   *
   * @param cause how the wait ended; null if it had not begun
   */
  public RunStoppedException(StopSignal.Reason reason, Throwable cause) {
    super("stopped: " + reason, cause);
  }
}
