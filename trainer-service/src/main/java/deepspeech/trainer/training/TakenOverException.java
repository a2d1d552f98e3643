package deepspeech.trainer.training;

/**
 * Another trainer has acquired the lease on the run. This trainer may no longer train the run or
 * commit its state.
 */
public final class TakenOverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TakenOverException(String line) {
    super(line);
  }

  /**
   * Says so of a run that had already failed here.
   *
   * @param failure why it had failed
   */
  public TakenOverException(String line, RuntimeException failure) {
    super(line, failure);
  }
}
