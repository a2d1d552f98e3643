package deepspeech.evaluator.testset;

/** Observes whether the evaluation waits for data-prep. Its methods may be called by any thread. */
public interface WaitingObserver {
  /**
   * Called when an answer does not arrive.
   *
   * @param line which answer, and for how long
   */
  void waiting(String line);

  /** Called when an answer has arrived. */
  void arrived();
}
