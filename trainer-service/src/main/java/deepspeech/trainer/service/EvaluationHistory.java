package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestResults;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunId;
import deepspeech.messages.topic.Topics;
import java.util.List;
import java.util.Map;

/** The evaluations of a run that {@code deepspeech.evaluations} holds. */
final class EvaluationHistory {
  private final BrokerConfiguration broker;

  EvaluationHistory(BrokerConfiguration broker) {
    this.broker = broker;
  }

  /** Those of checkpoints that the run has not gone back from, in the order of training. */
  List<Evaluation> of(RunId run) {
    Map<String, Class<?>> types =
        Map.of(Topics.EVALUATIONS, Evaluation.class, Topics.METRICS, MetricPoint.class);
    TestResults results = new TestResults();
    try (EventTail<Object> events = EventTail.of(broker, types, EventTail.Start.BEGINNING)) {
      events.upToNow(
          event -> {
            if (event.body() instanceof Evaluation result && result.run().equals(run)) {
              results.add(result);
            } else if (event.body() instanceof MetricPoint point && point.run().equals(run)) {
              results.add(point);
            }
          });
      return results.all();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the evaluations were read", e);
    }
  }
}
