package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicPropagation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A consumer of whole topics without a consumer group. It commits no offsets. */
final class TopicReader implements AutoCloseable {
  private static final Duration USUAL_FETCH_WAIT =
      Duration.ofMillis(ConsumerConfig.DEFAULT_FETCH_MAX_WAIT_MS);

  private final BrokerConfiguration configuration;
  private final Collection<String> topics;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();

  TopicReader(BrokerConfiguration configuration, Collection<String> topics, Duration limit) {
    this(configuration, topics, limit, USUAL_FETCH_WAIT);
  }

  /**
   * Opens a consumer.
   *
   * @param topics without the prefix of their names on the broker
   * @param fetchWait how long the broker may hold back its answer if there are no new records;
   *     other requests of this consumer wait for that answer
   */
  TopicReader(
      BrokerConfiguration configuration,
      Collection<String> topics,
      Duration limit,
      Duration fetchWait) {
    this.configuration = configuration;
    this.topics = topics.stream().map(configuration::name).toList();
    this.consumer =
        new KafkaConsumer<>(
            configuration.client(
                Map.of(
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                    ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
                    // If records were trimmed or the topic was created again, reading continues at
                    // the oldest.
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                    ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) fetchWait.toMillis(),
                    ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis())),
            new StringDeserializer(),
            new ByteArrayDeserializer());
  }

  /**
   * Assigns all partitions and sets the position of each.
   *
   * @throws BrokerException if a topic does not appear within 5 s, may not be read, or the broker
   *     does not answer
   */
  void assign(EventTail.Start start) throws InterruptedException {
    for (String topic : topics) {
      partitions.addAll(TopicPropagation.await(() -> partitionsOf(topic)));
    }
    consumer.assign(partitions);
    onTopics(
        "READ",
        () -> {
          if (start == EventTail.Start.BEGINNING) {
            consumer.seekToBeginning(partitions);
          } else {
            consumer.seekToEnd(partitions);
          }
          // Fixes the position now, so that messages published from here on are read.
          partitions.forEach(consumer::position);
          return null;
        });
  }

  private List<TopicPartition> partitionsOf(String topic) throws InterruptedException {
    return onTopic(
        topic,
        "DESCRIBE",
        () -> {
          var found = consumer.partitionsFor(topic);
          if (found == null || found.isEmpty()) {
            throw new UnknownTopicOrPartitionException(topic);
          }
          return found.stream().map(one -> new TopicPartition(topic, one.partition())).toList();
        });
  }

  /** Seeks in each partition to the first record sent at the given time or later. */
  void seekTo(Instant since) throws InterruptedException {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
    onTopics(
        "READ",
        () -> {
          consumer
              .offsetsForTimes(times)
              .forEach(
                  (partition, found) -> {
                    if (found == null) {
                      consumer.seekToEnd(List.of(partition));
                    } else {
                      consumer.seek(partition, found.offset());
                    }
                  });
          return null;
        });
  }

  /** The current offsets after the last records. */
  Map<TopicPartition, Long> endOffsets() throws InterruptedException {
    return onTopics("READ", () -> consumer.endOffsets(partitions));
  }

  long position(TopicPartition partition) throws InterruptedException {
    return onTopics("READ", () -> consumer.position(partition));
  }

  /** True if the position of every partition has reached the given offset. */
  boolean reached(Map<TopicPartition, Long> ends) throws InterruptedException {
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (position(end.getKey()) < end.getValue()) {
        return false;
      }
    }
    return true;
  }

  List<ConsumerRecord<String, byte[]>> poll(Duration limit) throws InterruptedException {
    return onTopics(
        "READ",
        () -> {
          List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
          consumer.poll(limit).forEach(records::add);
          return records;
        });
  }

  /** The exception for the case that the broker has records but delivers none. */
  BrokerException noRecords() {
    return BrokerException.onTopic(
        String.join(", ", Set.copyOf(topics)),
        "READ",
        configuration,
        new TimeoutException("no records"));
  }

  /** Interrupts a {@link #poll} of another thread with {@link WakeupException}. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
  }

  private <V> V onTopics(String operation, KafkaCall<V> call) throws InterruptedException {
    return onTopic(String.join(", ", Set.copyOf(topics)), operation, call);
  }

  private <V> V onTopic(String topic, String operation, KafkaCall<V> call)
      throws InterruptedException {
    try {
      return call.run();
    } catch (WakeupException e) {
      throw e;
    } catch (InterruptException e) {
      // Kafka's client sets the interrupt flag again when it throws. The checked exception replaces
      // the flag.
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    } catch (KafkaException e) {
      throw BrokerException.onTopic(topic, operation, configuration, e);
    }
  }

  private interface KafkaCall<V> {
    V run();
  }
}
