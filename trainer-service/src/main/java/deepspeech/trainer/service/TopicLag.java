package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.progress.GroupProgress;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.schedule.RepeatedTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of unprocessed messages of the shared topics. A separate thread queries the broker.
 * Callers receive the last answer and never wait for the broker.
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
  private final RepeatedTask requests = new RepeatedTask("topic-lag", this::refresh);

  /**
   * Queries the broker for the first time, so that there is an answer from the first step on. A
   * topic or group that this client has no permission to read is skipped and logged.
   *
   * @param patience retries while the broker is unavailable
   * @throws BrokerException if the broker stays unavailable
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
        LOG.warn("the lag of {} is not reported: {}", topic, e.getMessage());
      }
    }
  }

  void start() {
    requests.start(REST, REST);
  }

  /** Returns the last known lag by topic, without waiting. */
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
      // Other clients report that the broker is unavailable. The last answer holds until it is
      // back.
      LOG.debug("lag: {}", e.getMessage());
    }
  }

  private long ask(String topic) throws InterruptedException {
    return progress.of(topic, GROUPS.get(topic)).waiting();
  }

  @Override
  public void close() {
    requests.close();
    progress.close();
  }
}
