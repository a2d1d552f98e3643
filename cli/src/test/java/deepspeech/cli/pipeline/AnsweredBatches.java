package deepspeech.cli.pipeline;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
 * The batches of a run that data-prep has made so far, as they are in the feature topic, and those
 * that it was asked for. A run is deleted from the feature topic when it ends, and parts of it only
 * after 128 MB.
 */
final class AnsweredBatches {
  private static final Duration POLL = Duration.ofMillis(200);

  private AnsweredBatches() {}

  /** How often each batch was made, by run, split, epoch and number. */
  static Map<String, Integer> of(RunId run, BrokerConfiguration broker) {
    Map<String, Integer> times = new TreeMap<>();
    for (ConsumerRecord<String, byte[]> record :
        records(Topics.featuresName(run, Split.TRAIN), broker)) {
      if (isFirstPartOfBatch(record)) {
        times.merge(record.key(), 1, Integer::sum);
      }
    }
    return times;
  }

  /** How often each batch was asked for. A trainer asks again after 20 s without an answer. */
  static Map<String, Integer> asked(RunId run, BrokerConfiguration broker)
      throws InvalidMessageException {
    Map<String, Integer> times = new TreeMap<>();
    for (ConsumerRecord<String, byte[]> record : records(Topics.BATCH_REQUESTS, broker)) {
      if (Json.read(record.value(), FeatureRequest.class) instanceof FeatureRequest.Batch batch
          && batch.run().equals(run)
          && batch.split() == Split.TRAIN) {
        times.merge(
            new BatchKey(run, batch.split(), batch.fingerprint(), batch.epoch(), batch.batch())
                .recordKey(),
            1,
            Integer::sum);
      }
    }
    return times;
  }

  private static List<ConsumerRecord<String, byte[]>> records(
      String topic, BrokerConfiguration broker) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
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
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
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
