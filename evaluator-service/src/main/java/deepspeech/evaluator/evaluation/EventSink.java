package deepspeech.evaluator.evaluation;

/** Publishes results. */
@FunctionalInterface
public interface EventSink {
  /**
   * Publishes a message of the contract and returns when the broker has acknowledged it.
   *
   * @param id {@code ce_id}
   */
  void publish(Object message, String id) throws InterruptedException;
}
