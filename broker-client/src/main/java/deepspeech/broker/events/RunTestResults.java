package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestResults;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The test results of runs, from {@code deepspeech.evaluations} and {@code deepspeech.metrics}. The
 * metrics say when a run resumed from an earlier step and so discarded some results.
 */
public final class RunTestResults {
  private final BrokerConfiguration broker;

  public RunTestResults(BrokerConfiguration broker) {
    this.broker = broker;
  }

  /**
   * Reads all current results.
   *
   * @param wanted selects the runs
   * @throws BrokerException if a topic cannot be read
   */
  public Map<RunId, TestResults> of(Predicate<RunId> wanted) throws InterruptedException {
    Map<RunId, TestResults> results = new HashMap<>();
    Map<String, Class<?>> types =
        Map.of(Topics.EVALUATIONS, Evaluation.class, Topics.METRICS, MetricPoint.class);
    try (EventTail<Object> events = EventTail.of(broker, types, EventTail.Start.BEGINNING)) {
      events.upToNow(
          event -> {
            if (event.body() instanceof Evaluation result && wanted.test(result.run())) {
              results.computeIfAbsent(result.run(), run -> new TestResults()).add(result);
            } else if (event.body() instanceof MetricPoint point
                && point.name() == MetricName.RESUMED
                && wanted.test(point.run())) {
              results.computeIfAbsent(point.run(), run -> new TestResults()).add(point);
            }
          });
    }
    return results;
  }
}
