package deepspeech.cli.chaos;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a run has published, in the order of each topic. Checkpoint events that share a {@code
 * ce_id} count as one event, as they do for every consumer. Metric points and evaluations are not
 * deduplicated.
 */
record RunTrace(
    RunId run,
    List<MetricPoint> points,
    List<CheckpointCommitted> checkpoints,
    List<Evaluation> evaluations) {
  RunTrace {
    points = List.copyOf(points);
    checkpoints = List.copyOf(checkpoints);
    evaluations = List.copyOf(evaluations);
  }

  /** Reads the topics up to their current end. */
  static RunTrace read(BrokerConfiguration broker, RunId run) throws InterruptedException {
    Map<String, CheckpointCommitted> checkpoints = new LinkedHashMap<>();
    for (ReceivedEvent<CheckpointCommitted> event :
        events(broker, Topics.CHECKPOINTS, CheckpointCommitted.class)) {
      if (event.body().run().equals(run)) {
        String id = event.attributes().map(CloudEvent::id).orElse("at " + event.offset());
        checkpoints.putIfAbsent(id, event.body());
      }
    }
    return new RunTrace(
        run,
        bodies(broker, Topics.METRICS, MetricPoint.class, MetricPoint::run, run),
        List.copyOf(checkpoints.values()),
        bodies(broker, Topics.EVALUATIONS, Evaluation.class, Evaluation::run, run));
  }

  private static <T> List<T> bodies(
      BrokerConfiguration broker, String topic, Class<T> type, Function<T, RunId> runOf, RunId run)
      throws InterruptedException {
    return events(broker, topic, type).stream()
        .map(ReceivedEvent::body)
        .filter(body -> runOf.apply(body).equals(run))
        .toList();
  }

  private static <T> List<ReceivedEvent<T>> events(
      BrokerConfiguration broker, String topic, Class<T> type) throws InterruptedException {
    try (EventTail<T> tail = EventTail.of(broker, topic, type, EventTail.Start.BEGINNING)) {
      return tail.upToNow();
    }
  }
}
