package deepspeech.evaluator.evaluation;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads which evaluations are published, so that none is published twice. */
public final class PublishedEvaluations {
  private final BrokerConfiguration broker;

  public PublishedEvaluations(BrokerConfiguration broker) {
    this.broker = broker;
  }

  /**
   * The {@code ce_id} of every evaluation that the topic holds now.
   *
   * @throws BrokerException if the topic cannot be read
   */
  public Set<String> ids() {
    Map<String, Object> properties =
        broker.client(
            Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    Set<String> ids = new HashSet<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.EVALUATIONS).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          Header id = record.headers().lastHeader("ce_id");
          if (id != null && id.value() != null) {
            ids.add(new String(id.value(), StandardCharsets.UTF_8));
          }
        }
      }
    } catch (KafkaException e) {
      throw BrokerException.onTopic(Topics.EVALUATIONS, "READ", broker, e);
    }
    return ids;
  }
}
