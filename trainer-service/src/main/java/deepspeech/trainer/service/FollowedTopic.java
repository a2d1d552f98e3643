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
 * A topic that is read as long as the trainer lives. Neither a failure of the broker nor that of a
 * single message ends the reading.
 */
final class FollowedTopic<T> {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedTopic.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final EventTail<T> tail;

  FollowedTopic(EventTail<T> tail) {
    this.tail = tail;
  }

  /** Passes every message to the action until the tail is stopped or the thread is interrupted. */
  void forEach(Consumer<T> action) {
    try (tail) {
      while (!tail.isStopped()) {
        next().map(ReceivedEvent::body).ifPresent(message -> take(message, action));
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

  private void take(T message, Consumer<T> action) {
    try {
      action.accept(message);
    } catch (RuntimeException e) {
      LOG.error("a message was not processed: {}", message, e);
    }
  }
}
