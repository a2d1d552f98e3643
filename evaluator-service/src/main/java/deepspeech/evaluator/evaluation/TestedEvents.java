package deepspeech.evaluator.evaluation;

/** Knows which checkpoints are tested, by any evaluator. */
@FunctionalInterface
public interface TestedEvents {
  /**
   * True if the result or the dead letter for an event is published now.
   *
   * @param event {@code ce_id} of the checkpoint's event
   * @throws deepspeech.broker.BrokerException if the broker does not report it
   */
  boolean contains(String event) throws InterruptedException;
}
