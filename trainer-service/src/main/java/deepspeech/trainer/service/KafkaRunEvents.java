package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventIdTail;
import deepspeech.broker.events.EventPublisher;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import deepspeech.trainer.run.RunEvents;
import deepspeech.trainer.run.RunLeases;
import deepspeech.trainer.training.RunFailedException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of a run while this trainer holds the run. Ids are derived from the
 * contents, so that events that an interrupted trainer has already published are recognised and not
 * published again.
 */
final class KafkaRunEvents implements RunEvents {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaRunEvents.class);

  /** The ids of an evaluator's points, which are of earlier steps, do not end so. */
  private static final Pattern STEP = Pattern.compile(".*/(\\d{1,18})");

  private final BrokerConfiguration broker;
  private final EventPublisher publisher;
  private final RunLeases leases;
  private final Set<String> published = ConcurrentHashMap.newKeySet();
  private volatile Recovered recovered;

  /**
   * What a trainer before this one has published of a run.
   *
   * @param since the time from which on it was searched for
   * @param furthestStep the last step of which it published a point, 0 if none
   */
  private record Recovered(RunId run, Instant since, long furthestStep) {}

  KafkaRunEvents(BrokerConfiguration broker, EventPublisher publisher, RunLeases leases) {
    this.broker = broker;
    this.publisher = publisher;
    this.leases = leases;
  }

  @Override
  public void recover(RunId run, Instant since, Map<SkipReason, Integer> skipped)
      throws InterruptedException {
    // What this trainer itself has sent, before it lost the run for a time, may be on its way.
    publisher.flush();
    published.clear();
    try (EventIdTail ids = new EventIdTail(broker, Topics.METRICS, since)) {
      ids.catchUp(id -> note(run, id));
    }
    recovered = new Recovered(run, since, furthestStep(run));
    skipped.forEach((reason, count) -> published.add(skippedUtterancesId(run, reason, count)));
  }

  private long furthestStep(RunId run) {
    // Their number is a count.
    String skipped = "%s/%s/".formatted(run, MetricName.SKIPPED);
    return published.stream()
        .filter(id -> !id.startsWith(skipped))
        .map(STEP::matcher)
        .filter(Matcher::matches)
        .mapToLong(id -> Long.parseLong(id.group(1)))
        .max()
        .orElse(0);
  }

  @Override
  public Instant eventsSince(RunId run, long step, Instant takenAt) {
    Recovered before = recovered;
    return before != null && before.run().equals(run) && before.furthestStep() > step
        ? before.since()
        : takenAt;
  }

  private void note(RunId run, String id) {
    if (id.startsWith(resumedPrefix(run))) {
      // Earlier points belong to a past that the run has gone back from.
      published.clear();
    } else if (id.startsWith(run + "/")) {
      published.add(id);
    }
  }

  @Override
  public void metric(MetricPoint point) {
    String id = id(point);
    if (point.name() == MetricName.RESUMED) {
      published.clear();
      recovered = null;
    }
    if (published.remove(id)) {
      return;
    }
    leases.requireStillHeld(point.run());
    var unused =
        publisher
            .send(point, id)
            .exceptionally(
                failure -> {
                  LOG.warn("metric point {} lost: {}", id, failure.getMessage());
                  return null;
                });
  }

  @Override
  public void flush() {
    publisher.flush();
  }

  private static String id(MetricPoint point) {
    RunId run = point.run();
    if (point.name() == MetricName.RESUMED) {
      return resumedPrefix(run) + point.time();
    }
    if (point.reason() != null) {
      return skippedUtterancesId(run, point.reason(), point.value());
    }
    return point.topic() == null
        ? "%s/%s/%d".formatted(run, point.name(), point.step())
        : "%s/%s/%s/%d".formatted(run, point.name(), point.topic(), point.step());
  }

  private static String resumedPrefix(RunId run) {
    return run + "/" + MetricName.RESUMED + "/";
  }

  private static String skippedUtterancesId(RunId run, SkipReason reason, double count) {
    return "%s/%s/%s/%.0f".formatted(run, MetricName.SKIPPED, reason, count);
  }

  @Override
  public void checkpoint(CheckpointCommitted event, String id) {
    leases.requireStillHeld(event.run());
    try {
      publisher.publish(event, id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailedException(
          "checkpoint %s: interrupted before its event was published".formatted(event.checkpoint()),
          e);
    }
  }
}
