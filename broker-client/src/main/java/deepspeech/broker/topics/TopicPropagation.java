package deepspeech.broker.topics;

import deepspeech.broker.BrokerException;
import deepspeech.runtime.retry.Backoff;
import deepspeech.runtime.retry.RetryPolicy;
import java.time.Duration;

/**
 * The controller of a cluster knows a new topic at once, the other brokers one after the other.
 * Until then a broker says that the topic does not exist, also after another one has described it.
 */
public final class TopicPropagation {
  // Kafka's client logs a line each time.
  private static final RetryPolicy POLICY =
      new RetryPolicy(
          new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)), Duration.ofSeconds(5));

  private TopicPropagation() {}

  /**
   * Repeats a question about a topic for 5 s while it is answered by a broker that does not know
   * the topic.
   *
   * @throws BrokerException the last answer, if the topic does not appear
   */
  public static <T> T await(RetryPolicy.Attempt<T, BrokerException> question)
      throws InterruptedException {
    return POLICY.call(
        question,
        (failure, pause) -> failure instanceof BrokerException known && known.unknownTopic());
  }
}
