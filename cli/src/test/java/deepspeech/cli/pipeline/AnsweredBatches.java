package deepspeech.cli.pipeline;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The batches that data-prep has made of a run so far, as they are in the feature topic. A run is
 * deleted from it when it ends, and parts of it only after 128 MB.
 */
final class AnsweredBatches {
  private static final Duration POLL = Duration.ofMillis(200);

  private AnsweredBatches() {}

  /** How often each batch is there, by run, split, epoch and number. */
  static Map<String, Integer> of(RunId run, BrokerConfiguration broker) {
    TopicPartition partition = new TopicPartition(Topics.featuresName(run, Split.TRAIN), 0);
    Map<String, Integer> times = new TreeMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            broker.client(
                Map.of(
                    ConsumerConfig.CLIENT_ID_CONFIG,
                    "answered-batches",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    "false")),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (isFirstPartOfBatch(record)) {
            times.merge(record.key(), 1, Integer::sum);
          }
        }
      }
    }
    return times;
  }

  private static boolean isFirstPartOfBatch(ConsumerRecord<String, byte[]> record) {
    return header(record, FeatureHeaders.REPLY).equals(FeatureHeaders.REPLY_BATCH)
        && header(record, FeatureHeaders.PART).equals("0");
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
