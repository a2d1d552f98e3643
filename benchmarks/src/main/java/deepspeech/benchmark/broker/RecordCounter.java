package deepspeech.benchmark.broker;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.messages.Json;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a feature topic and counts its batches and bytes. */
final class RecordCounter implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final KafkaConsumer<String, byte[]> consumer;
  private final TopicPartition partition;

  RecordCounter(BrokerConfiguration broker, String topic) {
    consumer =
        new KafkaConsumer<>(
            broker.client(Map.of()), new StringDeserializer(), new ByteArrayDeserializer());
    partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** Reads until the wanted number of batches is complete. */
  Count batches(int wanted) {
    double batches = 0;
    long bytes = 0;
    int records = 0;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (Math.round(batches) < wanted || Math.abs(batches - Math.round(batches)) > 1e-6) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "only %.1f of %d batches arrived".formatted(batches, wanted));
      }
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        Map<String, String> headers = CloudEventHeaders.fromKafka(record.headers());
        if (!FeatureHeaders.REPLY_BATCH.equals(headers.get(FeatureHeaders.REPLY))) {
          throw new IllegalStateException(new String(record.value(), StandardCharsets.UTF_8));
        }
        batches += 1.0 / Integer.parseInt(headers.get(FeatureHeaders.PARTS));
        bytes += record.value().length;
        records++;
      }
    }
    return new Count(records, bytes);
  }

  /** Waits for the description of a data set. */
  DataSetDescription description() {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        return Json.read(record.value(), DataSetDescription.class);
      }
    }
    throw new IllegalStateException("no description of the data set arrived");
  }

  /** The offset after the last record read. */
  long position() {
    return consumer.position(partition);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** Number of records and of bytes received. */
  record Count(int records, long bytes) {}
}
