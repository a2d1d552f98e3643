package deepspeech.evaluator.evaluation;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventIdTail;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.topic.Topics;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads which evaluations and which of their metric points are published, so that none is published
 * twice.
 */
public final class PublishedEvaluations implements PublishedIds {
  private final BrokerConfiguration broker;

  public PublishedEvaluations(BrokerConfiguration broker) {
    this.broker = broker;
  }

  @Override
  public Set<String> read() throws InterruptedException {
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
