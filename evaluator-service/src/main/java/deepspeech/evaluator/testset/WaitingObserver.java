package deepspeech.evaluator.testset;

/** Hears whether data-prep keeps the evaluation waiting. May be called by any thread. */
public interface WaitingObserver {
  /**
   * An answer does not come.
   *
   * @param line which one, and for how long
   */
  void waiting(String line);

  /** An answer has come. */
  void arrived();
}
