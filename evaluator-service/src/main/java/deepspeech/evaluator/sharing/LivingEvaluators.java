package deepspeech.evaluator.sharing;

import java.util.Set;

/** Knows which evaluators live. */
@FunctionalInterface
public interface LivingEvaluators {
  /**
   * The names of the evaluators that live.
   *
   * @throws deepspeech.broker.BrokerException if the broker does not report it
   */
  Set<String> names() throws InterruptedException;
}
