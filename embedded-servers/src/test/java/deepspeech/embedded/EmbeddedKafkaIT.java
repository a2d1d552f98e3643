package deepspeech.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class EmbeddedKafkaIT {

  @TempDir Path directory;

  @Test
  void recordsAndTopicsAreThereAgainAfterARestartOnTheSamePort() throws Exception {
    // Given
    int port;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
      port = kafka.port();
      create(kafka, "utterances");
      publish(kafka, "utterances", "one", "two");
    }

    // When
    List<String> records;
    Optional<String> failure;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, port)) {
      publish(kafka, "utterances", "three");
      records = read(kafka, "utterances", 3);
      failure = kafka.failure();
    }

    // Then
    assertThat(records).containsExactly("one", "two", "three");
    assertThat(failure).isEmpty();
  }

  @Test
  void aTopicThatWasNotCreatedDoesNotExist() {
    // Given
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
        Admin admin = admin(kafka)) {

      // When
      var description = admin.describeTopics(List.of("misspelt")).allTopicNames();

      // Then
      assertThatThrownBy(description::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {

      // When / Then
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, taken.getLocalPort()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessage(
              "Kafka broker: cannot listen on port %d of 127.0.0.1: Address already in use"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void aPortOutOfRangeIsNamedWithWhatIsAllowed() {
    // Given
    int port = 70_000;

    // When / Then
    assertThatThrownBy(() -> EmbeddedKafka.start(directory, port))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessage("Kafka broker: port 70000 given, allowed: 1 to 65535, or 0 for any free port");
  }

  @Test
  void aDataDirectoryThatCannotBeCreatedIsNamed() throws Exception {
    // Given
    Path file = Files.createFile(directory.resolve("file"));

    // When / Then
    assertThatThrownBy(() -> EmbeddedKafka.start(file.resolve("kafka"), 0))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageStartingWith(
            "Kafka broker: data directory %s cannot be created".formatted(file.resolve("kafka")))
        .hasMessageNotContaining("\n");
  }

  @Test
  void aDataDirectoryInUseIsNamedAndItsServerContinues() throws Exception {
    // Given
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {

      // When / Then
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessage(
              "Kafka broker: data directory %s is in use by another server".formatted(directory));
      create(kafka, "still-here");
      assertThat(kafka.failure()).isEmpty();
    }
  }

  @Test
  void aBrokerWhoseDataDirectoryFailsReportsThatAndDoesNotEndTheJvm() throws Exception {
    // Given
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
    List<Logger> silenced =
        Stream.of("kafka", "org.apache.kafka", "state.change.logger")
            .map(Logger::getLogger)
            .toList();
    silenced.forEach(logger -> logger.setLevel(Level.OFF));
    Files.move(directory.resolve("log"), directory.resolve("moved"));
    Files.createFile(directory.resolve("log"));

    // When
    try (Admin admin = admin(kafka)) {
      var unused = admin.createTopics(List.of(new NewTopic("utterances", 1, (short) 1)));
      for (int poll = 0; poll < 600 && kafka.failure().isEmpty(); poll++) {
        Thread.sleep(100);
      }
    }
    kafka.close();
    silenced.forEach(logger -> logger.setLevel(null));

    // Then
    assertThat(kafka.failure()).contains("Kafka broker ended with status 1");
  }

  @Test
  void aBrokerAndAnS3ServerRunInOneJvmAndLeaveNoThreadBehind() {
    // Given
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
        EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"), 0)) {
      assertThat(kafka.port()).isNotEqualTo(s3.port());
    }

    // When
    List<String> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.isAlive() && !thread.isDaemon())
            .map(Thread::getName)
            .toList();

    // Then
    assertThat(threads)
        .noneMatch(name -> name.startsWith("S3Proxy"))
        .noneMatch(name -> name.contains("kafka") || name.contains("raft"));
  }

  private static Admin admin(EmbeddedKafka kafka) {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private static void create(EmbeddedKafka kafka, String topic) throws Exception {
    try (Admin admin = admin(kafka)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static void publish(EmbeddedKafka kafka, String topic, String... values)
      throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  private static List<String> read(EmbeddedKafka kafka, String topic, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<String> values = new ArrayList<>();
      for (int poll = 0; poll < 30 && values.size() < count; poll++) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }
}
