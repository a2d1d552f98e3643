package deepspeech.broker.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.start.StartupCheck;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("integration")
class TopicSetupIT {
  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;
  private TopicSetup topics;

  @BeforeAll
  void start(@TempDir Path directory) {
    kafka = EmbeddedKafka.start(directory, 0);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    topics = new TopicSetup(broker);
  }

  @AfterAll
  void stop() {
    topics.close();
    kafka.close();
  }

  @Test
  void theStartupCheckReturnsWhereABrokerAnswers() {
    // Given
    StartupCheck check = new StartupCheck(broker);

    // When
    var check30 = assertThatCode(() -> check.requireReachable(Duration.ofSeconds(30)));

    // Then
    check30.doesNotThrowAnyException();
  }

  @Test
  void topicsAreMadeAsDefinedAndOnceOnlyByServicesThatStartTogether() throws Exception {
    // Given
    int services = 4;
    ExecutorService pool = Executors.newFixedThreadPool(services);
    Callable<Boolean> service =
        () -> {
          try (TopicSetup own = new TopicSetup(broker)) {
            return own.ensure(Topics.shared());
          }
        };

    // When
    for (Future<Boolean> done : pool.invokeAll(List.of(service, service, service, service))) {
      done.get();
    }
    pool.shutdown();
    boolean again = topics.ensure(Topics.shared());

    // Then
    assertThat(again).isFalse();
    try (Admin admin = Admin.create(broker.client(Map.of()))) {
      for (TopicDefinition topic : Topics.shared()) {
        var described = admin.describeTopics(List.of(topic.name())).allTopicNames().get();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        var configuration = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        assertThat(described.get(topic.name()).partitions()).hasSize(topic.partitions());
        assertThat(topic.configuration())
            .allSatisfy(
                (name, value) ->
                    assertThat(configuration.get(name).value()).as(name).isEqualTo(value));
      }
    }
  }

  @Test
  void aRunsFeatureTopicIsCreatedAndDeletedAnyNumberOfTimes() throws Exception {
    // Given
    RunId run = new RunId("made-and-deleted");
    String name = Topics.featuresName(run, Split.TEST);

    // When
    boolean made = topics.ensureFeatures(run, Split.TEST);
    boolean madeAgain = topics.ensureFeatures(run, Split.TEST);
    boolean existed = topics.exists(name);
    topics.deleteFeatures(run, Split.TEST);
    topics.deleteFeatures(run, Split.TEST);

    // Then
    assertThat(made).isTrue();
    assertThat(madeAgain).isFalse();
    assertThat(existed).isTrue();
    assertThat(topics.exists(name)).isFalse();
  }

  @Test
  void trimmingATopicThatIsGoneIsNoError() {
    // When
    var trimmed = assertThatCode(() -> topics.trim("gone", 5).toCompletableFuture().get());

    // Then
    trimmed.doesNotThrowAnyException();
  }

  /**
   * With batches under way together, as a broker that is still opening the topic loses the first.
   */
  @Test
  void nothingIsLostOfWhatIsPublishedAtOnceToTopicsThatWereJustMade() throws Exception {
    // Given
    int rounds = 50;
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            broker.client(
                Map.of(
                    "batch.size", "1000",
                    "linger.ms", "0",
                    "request.timeout.ms", "5000",
                    "delivery.timeout.ms", "10000")),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int round = 0; round < rounds; round++) {
        TopicDefinition topic = new TopicDefinition("new-" + round, 4, Map.of());

        // When
        topics.ensure(List.of(topic));
        for (int message = 0; message < 20; message++) {
          sent.add(
              producer.send(new ProducerRecord<>(topic.name(), message % 4, "key", new byte[900])));
        }
      }
    }

    // Then
    assertThat(sent)
        .allSatisfy(acknowledged -> assertThatCode(acknowledged::get).doesNotThrowAnyException());
  }
}
