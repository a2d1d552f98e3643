package deepspeech.trainer.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics that are read on a thread as long as the trainer lives. Neither a failure of the broker
 * nor that of a single message ends the reading.
 */
final class FollowedTopic<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedTopic.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final EventTail<T> tail;
  private final Consumer<? super T> action;
  private final Thread thread;

  /**
   * Reads nothing yet.
   *
   * @param name name of the thread
   * @param tail is closed when the reading ends
   * @param action receives every message
   */
  FollowedTopic(String name, EventTail<T> tail, Consumer<? super T> action) {
    this.tail = tail;
    this.action = action;
    this.thread = new Thread(this::follow, name);
    thread.setDaemon(true);
  }

  /** Starts to read. */
  void start() {
    thread.start();
  }

  private void follow() {
    try (tail) {
      while (!tail.isStopped()) {
        next().map(ReceivedEvent::body).ifPresent(this::take);
      }
    } catch (InterruptedException e) {
      LOG.debug("a topic is no longer read");
    }
  }

  private Optional<ReceivedEvent<T>> next() throws InterruptedException {
    try {
      return tail.next(POLL);
    } catch (BrokerException e) {
      LOG.warn("{}; it is read again in {} s", e.getMessage(), PAUSE.toSeconds());
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      return Optional.empty();
    }
  }

  private void take(T message) {
    try {
      action.accept(message);
    } catch (RuntimeException e) {
      LOG.error("a message was not processed: {}", message, e);
    }
  }

  @Override
  public void close() {
    tail.stop();
  }
}
