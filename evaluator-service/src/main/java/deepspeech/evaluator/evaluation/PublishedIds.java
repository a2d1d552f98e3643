package deepspeech.evaluator.evaluation;

import java.util.Set;

/** Reads what is published already. */
@FunctionalInterface
public interface PublishedIds {
  /**
   * The {@code ce_id} of every evaluation and of every metric point with a CER or WER.
   *
   * @throws deepspeech.broker.BrokerException if the broker does not report them
   */
  Set<String> read() throws InterruptedException;
}
