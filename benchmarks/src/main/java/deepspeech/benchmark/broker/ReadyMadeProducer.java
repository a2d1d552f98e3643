package deepspeech.benchmark.broker;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The baseline: holds the records of one epoch in memory and sends them as often as each line of
 * standard input says. It is a process of its own, like data-prep.
 */
final class ReadyMadeProducer {
  private ReadyMadeProducer() {}

  /**
   * Runs until standard input ends.
   *
   * @param arguments bootstrap servers, the topic with the records, the topic to send them to
   */
  public static void main(String... arguments) throws Exception {
    List<ConsumerRecord<String, byte[]>> records = records(arguments[0], arguments[1]);
    try (KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", arguments[0], "acks", "all", "linger.ms", "0"),
                new StringSerializer(),
                new ByteArraySerializer());
        BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("ready");
      for (String times = input.readLine(); times != null; times = input.readLine()) {
        for (int i = 0; i < Integer.parseInt(times); i++) {
          for (ConsumerRecord<String, byte[]> record : records) {
            var unused =
                producer.send(
                    new ProducerRecord<>(
                        arguments[2], null, record.key(), record.value(), record.headers()));
          }
        }
        producer.flush();
      }
    }
  }

  /**
   * All batches of the topic, without its first record, which is the description of the data set.
   */
  private static List<ConsumerRecord<String, byte[]>> records(String broker, String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records.subList(1, records.size());
  }
}
