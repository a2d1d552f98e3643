package deepspeech.broker.feed;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The records of a feature topic in order, from any offset. Only one thread may use it, except for
 * {@link #position()}.
 */
final class ReplyLog implements AutoCloseable {
  private final BrokerConfiguration configuration;
  private final TopicPartition partition;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Queue<ConsumerRecord<String, byte[]>> polled = new ArrayDeque<>();
  private volatile long position;

  ReplyLog(BrokerConfiguration configuration, String topic) {
    this.configuration = configuration;
    this.partition = new TopicPartition(topic, 0);
    this.consumer =
        new KafkaConsumer<>(
            configuration.client(
                Map.of(
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                    ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
                    // A fetch holds few records of up to 1 MB, so that the window bounds the
                    // memory.
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "4194304",
                    ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "4194304")),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(partition));
  }

  /** The offset of the record that {@link #next} returns next. */
  long position() {
    return position;
  }

  void seek(long offset) {
    polled.clear();
    consumer.seek(partition, offset);
    position = offset;
  }

  /** The offset of the oldest record. */
  long beginning() {
    return call(() -> consumer.beginningOffsets(List.of(partition)).get(partition));
  }

  /** The offset after the newest record. */
  long end() {
    return call(() -> consumer.endOffsets(List.of(partition)).get(partition));
  }

  /** True if all records below the offset have been returned or no longer exist. */
  boolean reached(long offset) {
    return position >= offset
        || (polled.isEmpty() && call(() -> consumer.position(partition)) >= offset);
  }

  /**
   * The next record; null if none arrives in time.
   *
   * @throws PositionLostException if the topic has no record at the position, because it was
   *     trimmed or created again
   */
  ConsumerRecord<String, byte[]> next(Duration limit) throws PositionLostException {
    if (polled.isEmpty()) {
      try {
        call(() -> consumer.poll(limit)).forEach(polled::add);
      } catch (OffsetOutOfRangeException e) {
        throw new PositionLostException(e);
      }
    }
    ConsumerRecord<String, byte[]> record = polled.poll();
    if (record != null) {
      position = record.offset() + 1;
    }
    return record;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }

  private <V> V call(Supplier<V> kafka) {
    try {
      return kafka.get();
    } catch (InterruptException | OffsetOutOfRangeException e) {
      throw e;
    } catch (KafkaException e) {
      throw BrokerException.onTopic(partition.topic(), "READ", configuration, e);
    }
  }

  /** The topic has no record at the position. */
  static final class PositionLostException extends Exception {
    private static final long serialVersionUID = 1L;

    PositionLostException(Throwable cause) {
      super(cause);
    }
  }
}
