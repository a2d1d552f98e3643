package deepspeech.testing.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends records in order, with headers in UTF-8. A record that cannot be sent is lost without an
 * error.
 */
final class RecordSender implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;

  RecordSender(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                5000),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  void send(String topic, String key, Map<String, String> headers, byte[] body) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, body);
    headers.forEach(
        (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    var unused = producer.send(record);
  }

  /** Drops what is not sent yet. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
