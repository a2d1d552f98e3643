package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows the ids of a topic's messages: what was told, by whomever, without reading what. Keeps
 * nothing. Not for use by several threads at once.
 */
public final class EventIdTail implements AutoCloseable {
  private static final String ID = "ce_id";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final BrokerConfiguration configuration;
  private final String topic;
  private final Instant since;
  private TopicReader reader;

  /** Describes what to follow, from the oldest message on. */
  public EventIdTail(BrokerConfiguration configuration, String topic) {
    this(configuration, topic, Instant.EPOCH);
  }

  /**
   * Describes what to follow; the connection is opened when it is needed.
   *
   * @param since messages sent before are passed over
   */
  public EventIdTail(BrokerConfiguration configuration, String topic, Instant since) {
    this.configuration = configuration;
    this.topic = topic;
    this.since = since;
  }

  /**
   * Gives the ids of all messages between where the last call ended, at first the oldest message
   * that counts, and the end of the topic as it is now.
   *
   * @throws BrokerException if the topic cannot be read; the next call begins anew
   */
  public void catchUp(Consumer<String> ids) throws InterruptedException {
    boolean done = false;
    try {
      if (reader == null) {
        reader = new TopicReader(configuration, List.of(topic), LIMIT);
        reader.assign(EventTail.Start.BEGINNING);
        reader.seekTo(since);
      }
      read(reader.endOffsets(), ids);
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private void read(Map<TopicPartition, Long> ends, Consumer<String> ids)
      throws InterruptedException {
    long lastProgress = System.nanoTime();
    while (!reader.reached(ends)) {
      List<ConsumerRecord<String, byte[]>> records = reader.poll(Duration.ofMillis(200));
      for (ConsumerRecord<String, byte[]> record : records) {
        String id = CloudEventHeaders.fromKafka(record.headers()).get(ID);
        if (id != null) {
          ids.accept(id);
        }
      }
      if (!records.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > LIMIT.toNanos()) {
        throw reader.standsStill();
      }
    }
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
