package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.InvalidMessageException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the newest message of each key from a compacted topic.
 *
 * @param <T> type of the messages
 */
public final class CompactedLog<T> {
  private static final Logger LOG = LoggerFactory.getLogger(CompactedLog.class);

  private final BrokerConfiguration configuration;
  private final String topic;
  private final Class<T> type;
  private final Duration limit;

  /**
   * Creates a reader. It connects at each read.
   *
   * @param topic without the prefix of its name on the broker
   * @param limit timeout for an answer of the broker, and for reading without progress
   */
  public CompactedLog(
      BrokerConfiguration configuration, String topic, Class<T> type, Duration limit) {
    this.configuration = configuration;
    this.topic = topic;
    this.type = type;
    this.limit = limit;
  }

  /**
   * Reads from the beginning to the current end of the topic. A message without a body removes its
   * key. A message that cannot be read, or has no key, is logged in one line and skipped.
   *
   * @return newest message by key, in the order of the last change
   * @throws BrokerException if the topic does not exist, may not be read, or the broker does not
   *     answer
   */
  public Map<String, ReceivedEvent<T>> newest() throws InterruptedException {
    Map<String, ReceivedEvent<T>> newest = new LinkedHashMap<>();
    try (TopicReader reader = new TopicReader(configuration, List.of(topic), limit)) {
      reader.assign(EventTail.Start.BEGINNING);
      Map<TopicPartition, Long> ends = reader.endOffsets();
      long lastProgress = System.nanoTime();
      while (!reader.reached(ends)) {
        List<ConsumerRecord<String, byte[]>> records = reader.poll(Duration.ofMillis(200));
        records.forEach(record -> take(record, newest));
        if (!records.isEmpty()) {
          lastProgress = System.nanoTime();
        } else if (System.nanoTime() - lastProgress > limit.toNanos()) {
          throw reader.noRecords();
        }
      }
    }
    return newest;
  }

  private void take(ConsumerRecord<String, byte[]> record, Map<String, ReceivedEvent<T>> newest) {
    if (record.key() == null) {
      LOG.warn(
          "{}/{}/{}: a record without a key", record.topic(), record.partition(), record.offset());
      return;
    }
    if (record.value() == null) {
      newest.remove(record.key());
      return;
    }
    try {
      ReceivedEvent<T> event = ReceivedEvent.read(record, type);
      newest.remove(record.key());
      newest.put(record.key(), event);
    } catch (InvalidMessageException e) {
      LOG.warn("{}", e.getMessage());
    }
  }
}
