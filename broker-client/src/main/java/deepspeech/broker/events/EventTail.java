package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.InvalidMessageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows topics, as {@code watch} does. Reading is for one thread; {@link #stop} may be called by
 * any. Messages that cannot be read are logged in a line and passed over.
 *
 * @param <T> common type of the messages
 */
public final class EventTail<T> implements AutoCloseable {
  /** Where a tail begins. */
  public enum Start {
    /** With the oldest message that the topic holds. */
    BEGINNING,
    /** With the first message published after the tail was made. */
    NOW
  }

  private static final Logger LOG = LoggerFactory.getLogger(EventTail.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Map<String, Class<? extends T>> types;
  private final TopicReader reader;
  private final Queue<ReceivedEvent<T>> read = new ArrayDeque<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  private EventTail(Map<String, Class<? extends T>> types, TopicReader reader) {
    this.types = types;
    this.reader = reader;
  }

  /**
   * Follows one topic.
   *
   * @throws BrokerException if the topic is not there or may not be read, or the broker does not
   *     answer
   */
  public static <T> EventTail<T> of(
      BrokerConfiguration configuration, String topic, Class<T> type, Start start)
      throws InterruptedException {
    return of(configuration, Map.of(topic, type), start);
  }

  /**
   * Follows several topics; each partition's messages come in order, those of different ones as
   * they are read.
   *
   * @param types type of the messages by topic
   * @throws BrokerException if a topic is not there or may not be read, or the broker does not
   *     answer
   */
  public static <T> EventTail<T> of(
      BrokerConfiguration configuration, Map<String, Class<? extends T>> types, Start start)
      throws InterruptedException {
    TopicReader reader = new TopicReader(configuration, types.keySet(), LIMIT);
    try {
      reader.assign(start);
    } catch (BrokerException | InterruptedException e) {
      reader.close();
      throw e;
    }
    return new EventTail<>(Map.copyOf(types), reader);
  }

  /**
   * The next message; empty if none comes within the limit or the tail is stopped.
   *
   * @throws BrokerException if the topic cannot be read any more
   */
  public Optional<ReceivedEvent<T>> next(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (read.isEmpty() && !stopped.get()) {
      long left = Math.max(0, deadline - System.nanoTime());
      try {
        reader.poll(Duration.ofNanos(left)).forEach(this::take);
      } catch (WakeupException e) {
        LOG.debug("tail stopped");
      }
      if (left == 0) {
        break;
      }
    }
    return stopped.get() ? Optional.empty() : Optional.ofNullable(read.poll());
  }

  /**
   * The messages from where the tail stands to the end of its topics as it is now: what was missed,
   * before {@link #next} goes on with what comes.
   *
   * @return each partition's messages in order
   * @throws BrokerException if a topic cannot be read any more
   */
  public List<ReceivedEvent<T>> upToNow() throws InterruptedException {
    List<ReceivedEvent<T>> missed = new ArrayList<>();
    upToNow(missed::add);
    return List.copyOf(missed);
  }

  /**
   * Gives the same messages to an action, and holds few of them at a time.
   *
   * @throws BrokerException if a topic cannot be read any more
   */
  public void upToNow(Consumer<? super ReceivedEvent<T>> action) throws InterruptedException {
    Map<TopicPartition, Long> ends = reader.endOffsets();
    long lastProgress = System.nanoTime();
    giveRead(action);
    while (!stopped.get() && !reader.reached(ends)) {
      List<ConsumerRecord<String, byte[]>> records = reader.poll(Duration.ofMillis(200));
      records.forEach(this::take);
      if (!records.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > LIMIT.toNanos()) {
        throw reader.standsStill();
      }
      giveRead(action);
    }
  }

  private void giveRead(Consumer<? super ReceivedEvent<T>> action) {
    for (ReceivedEvent<T> event = read.poll(); event != null; event = read.poll()) {
      action.accept(event);
    }
  }

  /**
   * Gives every message to the action until {@link #stop} or the thread is interrupted.
   *
   * @throws BrokerException if the topic cannot be read any more
   */
  public void forEach(Consumer<? super ReceivedEvent<T>> action) throws InterruptedException {
    while (!stopped.get()) {
      next(Duration.ofSeconds(1)).ifPresent(action);
    }
  }

  /** Ends {@link #next} and {@link #forEach} at once. */
  public void stop() {
    stopped.set(true);
    reader.wakeup();
  }

  /** Lets go of the connection; for the thread that reads. */
  @Override
  public void close() {
    reader.close();
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      read.add(ReceivedEvent.read(record, types.get(record.topic())));
    } catch (InvalidMessageException e) {
      LOG.warn("{}", e.getMessage());
    }
  }
}
