package deepspeech.trainer.training;

/**
 * The stop signal was raised before a run had come to its training, or while it waited for its
 * data. No failure of the run: it ends as the signal's reason says.
 */
public final class RunStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunStoppedException(StopSignal.Reason reason) {
    this(reason, null);
  }

  /**
   * Ends a wait.
   *
   * @param cause how the wait ended; null if it had not begun
   */
  public RunStoppedException(StopSignal.Reason reason, Throwable cause) {
    super("stopped: " + reason, cause);
  }
}
