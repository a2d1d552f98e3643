package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import deepspeech.speech.dataset.Corpus;
import deepspeech.testing.server.TestStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of the packaged service: health and logs. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("integration")
class OperationsIT {
  private static final RunId RUN = new RunId("observed");

  @TempDir private Path folder;
  private EmbeddedKafka broker;
  private EmbeddedS3 store;
  private Corpus corpus;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    store = EmbeddedS3.start(folder.resolve("s3"), 0);
    corpus = Corpus.in(Files.createDirectories(folder.resolve("data"))).utterances(5);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("DEEPSPEECH_DATASET_ROOT", corpus.root().toString());
    environment.put("DEEPSPEECH_DATA_CACHE_DIR", folder.resolve("cache").toString());
    environment.putAll(TestStore.variables(store));
  }

  @AfterEach
  void stop() {
    broker.close();
    store.close();
  }

  @Test
  void readyGoesDownAndUpAgainWithBrokerAndStoreAndNamesThem() throws Exception {
    // Given
    int kafkaPort = broker.port();
    String address = broker.bootstrapServers();
    URI endpoint = store.endpoint();
    try (DataPrepProcess service = DataPrepProcess.start(folder, "restarts", environment).ready()) {
      // When
      broker.close();
      store.close();
      JsonNode away = health(service, isDown("broker").and(isDown("store")));

      // Then
      assertThat(reason(away, "broker")).isEqualTo("broker " + address + ": no answer within 5 s");
      assertThat(reason(away, "store"))
          .startsWith("S3 endpoint " + endpoint + " is not reachable: cannot list the");
      HttpResponse<String> live = service.get("/q/health/live");
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(live.body()).contains("down: broker " + address);
      assertThat(service.get("/q/metrics").body())
          .contains("deepspeech_dependency_up{dependency=\"broker\"} 0.0");

      // When
      broker = EmbeddedKafka.start(folder.resolve("kafka"), kafkaPort);
      store = EmbeddedS3.start(folder.resolve("s3"), endpoint.getPort());

      // Then
      health(service, h -> h.path("status").asText().equals("UP"));
    }
  }

  @Test
  void replicasAddPartitionsUntilThereAreFourForEach() throws Exception {
    // Given
    BrokerConfiguration configuration = BrokerConfiguration.of(broker.bootstrapServers());
    try (TopicSetup topics = new TopicSetup(configuration);
        Admin admin = Admin.create(configuration.client(Map.of()))) {
      topics.delete(Topics.BATCH_REQUESTS);
      while (topics.exists(Topics.BATCH_REQUESTS)) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      topics.ensure(List.of(new TopicDefinition(Topics.BATCH_REQUESTS, 1, Map.of())));

      // When
      try (DataPrepProcess first = DataPrepProcess.start(folder, "first", environment).ready();
          DataPrepProcess second = DataPrepProcess.start(folder, "second", environment).ready()) {
        while (replicasWithPartitions(admin) < 2) {
          TimeUnit.MILLISECONDS.sleep(200);
        }

        // Then
        assertThat(topics.partitions(Topics.BATCH_REQUESTS)).isEqualTo(16);
        assertThat(first.output() + second.output())
            .contains("deepspeech.batch-requests gets 16 partitions instead of 1; replicas: ");
      }
    }
  }

  private static long replicasWithPartitions(Admin admin) throws Exception {
    return admin
        .describeConsumerGroups(List.of(ConsumerGroups.DATA_PREP))
        .describedGroups()
        .get(ConsumerGroups.DATA_PREP)
        .get()
        .members()
        .stream()
        .filter(member -> !member.assignment().topicPartitions().isEmpty())
        .count();
  }

  @Test
  void withTheJsonFormatEveryLineIsAnObjectWithTheRunAndBatchThatItIsAbout() throws Exception {
    // Given
    environment.put("DEEPSPEECH_LOG_FORMAT", "json");
    BrokerConfiguration configuration = BrokerConfiguration.of(broker.bootstrapServers());
    DataPrepProcess service = DataPrepProcess.start(folder, "json", environment).ready();
    try (TopicSetup topics = new TopicSetup(configuration);
        EventPublisher publisher = new EventPublisher(configuration, "/test")) {
      topics.ensureFeatures(RUN, Split.TRAIN);

      // When
      FeatureRequest request =
          new FeatureRequest.Batch(
              RUN,
              Split.TRAIN,
              TrainingConfiguration.defaults().data(Split.TRAIN, 1),
              "0".repeat(64),
              2,
              7,
              Topics.featuresName(RUN, Split.TRAIN));
      publisher
          .send(
              Topics.BATCH_REQUESTS,
              0,
              RUN.toString(),
              new CloudEvent("q", request.eventType(), "/test", Instant.now()),
              request)
          .join();
      while (!service.output().contains("request refused")) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } finally {
      service.close();
    }

    // Then
    List<JsonNode> records = records(service.output());
    assertThat(records).hasSizeGreaterThan(3);
    assertThat(records).allSatisfy(r -> assertThat(r.path("message").asText()).isNotEmpty());
    assertThat(records)
        .filteredOn(record -> record.path("message").asText().contains("request refused"))
        .isNotEmpty()
        .allSatisfy(
            record ->
                assertThat(record.path("mdc"))
                    .isEqualTo(Json.toTree(Map.of("run", "observed", "epoch", "2", "batch", "7"))));
  }

  @Test
  void aServiceThatCannotStartSaysSoInTheFormatThatWasChosen() throws Exception {
    // Given
    environment.put("DEEPSPEECH_DATASET_ROOT", "/nowhere");
    environment.put("DEEPSPEECH_LOG_FORMAT", "json");
    Map<String, String> wrong = new HashMap<>(environment);
    wrong.put("DEEPSPEECH_LOG_FORMAT", "xml");

    // When
    try (DataPrepProcess json = DataPrepProcess.start(folder, "cannot", environment);
        DataPrepProcess xml = DataPrepProcess.start(folder, "xml", wrong)) {
      // Then
      assertThat(json.exitCode()).isEqualTo(2);
      assertThat(records(json.output()))
          .singleElement()
          .satisfies(
              record ->
                  assertThat(record.path("message").asText())
                      .startsWith("DEEPSPEECH_DATASET_ROOT: \"/nowhere\" given"));
      assertThat(xml.exitCode()).isEqualTo(2);
      assertThat(xml.output())
          .isEqualTo(
              "data-prep-service: DEEPSPEECH_LOG_FORMAT: \"xml\" given, allowed: text or json\n");
    }
  }

  private static List<JsonNode> records(String output) {
    return output
        .lines()
        .map(line -> Json.readTree(line.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  /** Asks until the answer is as awaited. */
  private static JsonNode health(DataPrepProcess service, Predicate<JsonNode> awaited)
      throws IOException, InterruptedException {
    while (true) {
      JsonNode health =
          Json.readTree(service.get("/q/health/ready").body().getBytes(StandardCharsets.UTF_8));
      if (awaited.test(health)) {
        return health;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static Predicate<JsonNode> isDown(String name) {
    return health -> check(health, name).path("status").asText().equals("DOWN");
  }

  private static String reason(JsonNode health, String name) {
    return check(health, name).path("data").path("reason").asText();
  }

  private static JsonNode check(JsonNode health, String name) {
    return StreamSupport.stream(health.path("checks").spliterator(), false)
        .filter(check -> check.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
