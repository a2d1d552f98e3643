package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.InvalidMessageException;
import deepspeech.runtime.retry.Backoff;
import deepspeech.runtime.retry.RetryPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics from their beginning and then continues with new messages, without end. It waits for
 * a broker that is not reachable, at the start or later. It reads topics from their beginning again
 * if they were deleted and created again. It runs on its own thread, which calls the listener.
 * Messages that cannot be read are reported to the listener and skipped.
 *
 * @param <T> common type of the messages
 */
public final class EventFollower<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventFollower.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final RetryPolicy RETRY = RetryPolicy.forever(new Backoff(PAUSE, PAUSE));

  private final BrokerConfiguration configuration;
  private final Map<String, Class<? extends T>> types;
  private final Map<String, String> topics = new HashMap<>();
  private final Listener<T> listener;
  private final Thread thread;
  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Receives messages and changes of the connection, on one thread. An exception of {@link
   * #received} other than {@link InvalidMessageException} is logged as an error.
   *
   * @param <T> common type of the messages
   */
  public interface Listener<T> {
    /** Reading starts at the oldest messages. Discard what earlier reads delivered. */
    void begins();

    /** The next message. The messages of a partition come in order. */
    void received(ReceivedEvent<T> event);

    /**
     * A message that cannot be read.
     *
     * @param line begins with topic/partition/offset
     */
    void unreadable(String topic, String line);

    /** All messages that the topics held when reading started have been read. */
    void caughtUp();

    /** The broker answers. Called after each check. */
    void connected();

    /**
     * The broker does not answer or refuses. Called after each failed check.
     *
     * @param reason one line
     */
    void disconnected(String reason);
  }

  private EventFollower(
      BrokerConfiguration configuration,
      Map<String, Class<? extends T>> types,
      Listener<T> listener) {
    this.configuration = configuration;
    this.types = Map.copyOf(types);
    types.keySet().forEach(topic -> topics.put(configuration.name(topic), topic));
    this.listener = listener;
    this.thread = new Thread(this::work, "follow-topics");
    this.thread.setDaemon(true);
  }

  /**
   * Starts to follow topics. Creates missing topics of those that all services share, or waits for
   * them if an operator creates them.
   *
   * @param types type of the messages by topic, without the prefix of its name on the broker
   */
  public static <T> EventFollower<T> start(
      BrokerConfiguration configuration,
      Map<String, Class<? extends T>> types,
      Listener<T> listener) {
    EventFollower<T> follower = new EventFollower<>(configuration, types, listener);
    follower.thread.start();
    return follower;
  }

  /** Number of unread messages by topic, as of the last check. */
  public Map<String, Long> lag() {
    Map<String, Long> lag = new TreeMap<>();
    types.keySet().forEach(topic -> lag.put(topic, 0L));
    ends.forEach(
        (partition, end) ->
            lag.merge(
                topics.get(partition.topic()),
                Math.max(0, end - positions.getOrDefault(partition, end)),
                Long::sum));
    return lag;
  }

  /** Stops the thread and waits up to 10 s for its end. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      while (!closed) {
        RETRY.call(this::follow, (failure, pause) -> isDisconnected(failure));
      }
    } catch (InterruptedException e) {
      LOG.debug("closed");
    }
  }

  private boolean isDisconnected(Throwable failure) throws InterruptedException {
    if (!(failure instanceof BrokerException)) {
      return false;
    }
    listener.disconnected(failure.getMessage());
    if (closed) {
      throw new InterruptedException("closed");
    }
    return true;
  }

  /** Reads from the beginning. Returns when the topics are no longer the same. */
  private Void follow() throws InterruptedException {
    try (TopicSetup topics = new TopicSetup(configuration, LIMIT)) {
      topics.ensureShared();
    }
    try (TopicProbe probe = new TopicProbe(configuration, types.keySet());
        TopicReader reader = new TopicReader(configuration, types.keySet(), LIMIT)) {
      TopicProbe.Answer begin = await(probe.ask());
      reader.assign(EventTail.Start.BEGINNING);
      positions.clear();
      ends.clear();
      for (TopicPartition partition : begin.ends().keySet()) {
        positions.put(partition, reader.position(partition));
      }
      ends.putAll(begin.ends());
      listener.begins();
      listener.connected();
      new Reading(probe, reader, begin).go();
      return null;
    }
  }

  private TopicProbe.Answer await(CompletableFuture<TopicProbe.Answer> asked) {
    try {
      return asked.join();
    } catch (CompletionException e) {
      throw failed(e);
    }
  }

  private BrokerException failed(Throwable failure) {
    return BrokerException.onTopic(
        String.join(", ", new TreeMap<>(topics).keySet()), "DESCRIBE", configuration, failure);
  }

  /** One pass over the topics, until they are no longer the same. */
  private final class Reading {
    private final TopicProbe probe;
    private final TopicReader reader;
    private final TopicProbe.Answer begin;
    private CompletableFuture<TopicProbe.Answer> check = new CompletableFuture<>();
    private long nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
    private boolean checking;
    private boolean caughtUp;

    Reading(TopicProbe probe, TopicReader reader, TopicProbe.Answer begin) {
      this.probe = probe;
      this.reader = reader;
      this.begin = begin;
    }

    void go() throws InterruptedException {
      while (!closed) {
        List<ConsumerRecord<String, byte[]>> records = reader.poll(POLL);
        records.forEach(this::take);
        // Compaction or retention may have removed the last records, so no record marks the end.
        if (!caughtUp && reader.reached(begin.ends())) {
          caughtUp = true;
          listener.caughtUp();
        }
        if (!isSame()) {
          return;
        }
      }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
      positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
      if (record.value() == null) {
        return;
      }
      String topic = topics.get(record.topic());
      try {
        listener.received(ReceivedEvent.read(record, types.get(topic)));
      } catch (InvalidMessageException e) {
        listener.unreadable(topic, e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("{}/{}/{}", record.topic(), record.partition(), record.offset(), e);
        listener.unreadable(topic, record.topic() + ": " + e);
      }
    }

    /** Checks every second, without waiting, that the topics are still the same. */
    private boolean isSame() {
      if (!checking) {
        if (System.nanoTime() >= nextCheck) {
          check = probe.ask();
          checking = true;
        }
        return true;
      }
      if (!check.isDone()) {
        return true;
      }
      checking = false;
      nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
      try {
        TopicProbe.Answer answer = check.join();
        ends.putAll(answer.ends());
        listener.connected();
        return answer.ids().equals(begin.ids());
      } catch (CompletionException e) {
        BrokerException failure = failed(e);
        listener.disconnected(failure.getMessage());
        return !failure.unknownTopic();
      }
    }
  }
}
