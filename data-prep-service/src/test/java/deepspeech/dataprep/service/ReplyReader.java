package deepspeech.dataprep.service;

import deepspeech.broker.events.CloudEventHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads one topic of one partition from its beginning. */
final class ReplyReader implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Received> records = new ArrayList<>();

  ReplyReader(String bootstrapServers, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** Reads until the records so far, all of them, are what is waited for. */
  List<Received> until(Predicate<List<Received>> complete) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!complete.test(records)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("only %d records came: %s".formatted(records.size(), records));
      }
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        records.add(
            new Received(
                record.key(), CloudEventHeaders.fromKafka(record.headers()), record.value()));
      }
    }
    return List.copyOf(records);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** What a record holds. */
  record Received(String key, Map<String, String> headers, byte[] body) {}
}
