package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.InvalidMessageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows topics, as {@code watch} does. One thread reads; any thread may call {@link #stop}.
 * Messages that cannot be read are logged in one line and skipped.
 *
 * @param <T> common type of the messages
 */
public final class EventTail<T> implements AutoCloseable {
  /** The position at which a tail starts. */
  public enum Start {
    /** At the oldest message that the topic holds. */
    BEGINNING,
    /** At the first message published after the tail was created. */
    NOW
  }

  private static final Logger LOG = LoggerFactory.getLogger(EventTail.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration SHORT_FETCH_WAIT = Duration.ofMillis(5);

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
   * @param topic without the prefix of its name on the broker
   * @throws BrokerException if the topic does not exist, may not be read, or the broker does not
   *     answer
   */
  public static <T> EventTail<T> of(
      BrokerConfiguration configuration, String topic, Class<T> type, Start start)
      throws InterruptedException {
    return of(configuration, Map.of(topic, type), start);
  }

  /**
   * Reads one topic by {@link #upToNow} alone. A call is not delayed by a request for new records
   * that the broker has not answered yet.
   *
   * @throws BrokerException if the topic does not exist, may not be read, or the broker does not
   *     answer
   */
  public static <T> EventTail<T> upToNowOf(
      BrokerConfiguration configuration, String topic, Class<T> type, Start start)
      throws InterruptedException {
    return of(
        configuration,
        Map.of(topic, type),
        new TopicReader(configuration, Set.of(topic), LIMIT, SHORT_FETCH_WAIT),
        start);
  }

  /**
   * Follows several topics. The messages of one partition come in order. There is no order between
   * partitions.
   *
   * @param types type of the messages by topic, without the prefix of its name on the broker
   * @throws BrokerException if a topic does not exist, may not be read, or the broker does not
   *     answer
   */
  public static <T> EventTail<T> of(
      BrokerConfiguration configuration, Map<String, Class<? extends T>> types, Start start)
      throws InterruptedException {
    return of(configuration, types, new TopicReader(configuration, types.keySet(), LIMIT), start);
  }

  private static <T> EventTail<T> of(
      BrokerConfiguration configuration,
      Map<String, Class<? extends T>> types,
      TopicReader reader,
      Start start)
      throws InterruptedException {
    try {
      reader.assign(start);
    } catch (BrokerException | InterruptedException e) {
      reader.close();
      throw e;
    }
    Map<String, Class<? extends T>> byNameOnBroker = new HashMap<>();
    types.forEach((topic, type) -> byNameOnBroker.put(configuration.name(topic), type));
    return new EventTail<>(Map.copyOf(byNameOnBroker), reader);
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
        LOG.debug("the tail was stopped");
      }
      if (left == 0) {
        break;
      }
    }
    return stopped.get() ? Optional.empty() : Optional.ofNullable(read.poll());
  }

  /**
   * The messages from the current position of the tail to the current end of its topics. {@link
   * #next} continues after them.
   *
   * @return the messages; those of one partition are in order
   * @throws BrokerException if a topic cannot be read any more
   */
  public List<ReceivedEvent<T>> upToNow() throws InterruptedException {
    List<ReceivedEvent<T>> missed = new ArrayList<>();
    upToNow(missed::add);
    return List.copyOf(missed);
  }

  /**
   * Passes the same messages to an action and holds few of them in memory at a time.
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
        throw reader.noRecords();
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
   * Passes every message to the action until {@link #stop} or the thread is interrupted.
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

  /** Returns true after {@link #stop}. */
  public boolean isStopped() {
    return stopped.get();
  }

  /** Closes the connection. Only the reading thread may call it. */
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
