package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.progress.GroupProgress;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many messages of the shared topics wait to be worked off. The broker is asked on a thread of
 * its own: who wants to know is told what it said last, and never waits for it.
 */
final class TopicLag implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLag.class);
  private static final Duration REST = Duration.ofSeconds(3);

  private static final Map<String, String> GROUPS =
      Map.of(
          Topics.COMMANDS, ConsumerGroups.TRAINER,
          Topics.BATCH_REQUESTS, ConsumerGroups.DATA_PREP,
          Topics.CHECKPOINTS, ConsumerGroups.EVALUATOR);

  private final GroupProgress progress;
  private final Map<String, Long> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread asking = new Thread(task, "topic-lag");
            asking.setDaemon(true);
            return asking;
          });

  /**
   * Asks for the first time, so that there is an answer from the first step on. A topic or group
   * that this client may not look at is left out, with a line in the log.
   *
   * @param patience with a broker that is away
   * @throws BrokerException if it stays away
   */
  TopicLag(BrokerConfiguration broker, BrokerRetry patience) throws InterruptedException {
    progress = new GroupProgress(broker);
    for (String topic : GROUPS.keySet()) {
      try {
        waiting.put(topic, patience.await(() -> ask(topic)));
      } catch (BrokerException e) {
        if (!e.denied()) {
          progress.close();
          throw e;
        }
        LOG.warn("lag of {} is not told: {}", topic, e.getMessage());
      }
    }
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::refresh, REST.toMillis(), REST.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** By topic, as the broker told last; at once. */
  Map<String, Long> now() {
    return Map.copyOf(waiting);
  }

  private void refresh() {
    try {
      for (String topic : List.copyOf(waiting.keySet())) {
        waiting.put(topic, ask(topic));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokerException e) {
      // Whoever works with the broker says that it is away; until it is back the last answer holds.
      LOG.debug("lag: {}", e.getMessage());
    }
  }

  private long ask(String topic) throws InterruptedException {
    return progress.of(topic, GROUPS.get(topic)).waiting();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    progress.close();
  }
}
