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
 * Reads the ids of a topic's messages, of all publishers, without decoding their bodies. Holds no
 * ids. Not thread-safe.
 */
public final class EventIdTail implements AutoCloseable {
  private static final String ID = "ce_id";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final BrokerConfiguration configuration;
  private final String topic;
  private final Instant since;
  private TopicReader reader;

  /** Describes a topic, to be read from its oldest message, see the other constructor. */
  public EventIdTail(BrokerConfiguration configuration, String topic) {
    this(configuration, topic, Instant.EPOCH);
  }

  /**
   * Describes a topic. The connection is opened at the first use.
   *
   * @param topic without the prefix of its name on the broker
   * @param since messages sent earlier are skipped
   */
  public EventIdTail(BrokerConfiguration configuration, String topic, Instant since) {
    this.configuration = configuration;
    this.topic = topic;
    this.since = since;
  }

  /**
   * Passes on the ids of all messages from the end of the last call to the current end of the
   * topic. The first call starts at the oldest message that was sent at {@code since} or later.
   *
   * @throws BrokerException if the topic cannot be read; the next call starts over
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
        throw reader.noRecords();
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
