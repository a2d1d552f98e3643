package deepspeech.evaluator.evaluation;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventIdTail;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.topic.Topics;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads which evaluations and which of their metric points are published, so that none is published
 * twice.
 */
public final class PublishedEvaluations {
  private final BrokerConfiguration broker;

  public PublishedEvaluations(BrokerConfiguration broker) {
    this.broker = broker;
  }

  /**
   * The {@code ce_id} of every evaluation, and of every metric point with a CER or WER, that the
   * topics hold now.
   *
   * @throws BrokerException if a topic cannot be read
   */
  public Set<String> ids() throws InterruptedException {
    Set<String> ids = new HashSet<>();
    try (EventIdTail evaluations = new EventIdTail(broker, Topics.EVALUATIONS);
        EventIdTail points = new EventIdTail(broker, Topics.METRICS)) {
      evaluations.catchUp(ids::add);
      points.catchUp(
          id -> {
            if (id.endsWith("/" + MetricName.TEST_CER) || id.endsWith("/" + MetricName.TEST_WER)) {
              ids.add(id);
            }
          });
    }
    return ids;
  }
}
