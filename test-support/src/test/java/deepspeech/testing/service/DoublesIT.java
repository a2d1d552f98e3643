package deepspeech.testing.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.TestBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The doubles, and the broker on which they answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("integration")
class DoublesIT {
  private static final TrainingConfiguration CONFIGURATION = TrainingConfiguration.defaults();

  private EmbeddedKafka kafka;
  private Map<String, Object> client;

  @BeforeAll
  void start(@TempDir Path directory) throws InterruptedException {
    kafka = TestBroker.start(directory);
    client = Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest");
  }

  @AfterAll
  void stop() {
    kafka.close();
  }

  @Test
  void theBrokerHasTheSharedTopics() throws Exception {
    try (Admin admin = Admin.create(client)) {
      // When
      List<String> names = Topics.shared().stream().map(TopicDefinition::name).toList();
      var topics = admin.describeTopics(names).allTopicNames().get();

      // Then
      for (TopicDefinition topic : Topics.shared()) {
        assertThat(topics.get(topic.name()).partitions()).hasSize(topic.partitions());
      }
    }
  }

  @Test
  void dataPrepAnswersWhereTheRequestSaysAndKnowsWhatWasAsked() throws Exception {
    // Given
    RunId run = new RunId("features");
    String topic = Topics.featuresName(run, Split.TRAIN);
    create(topic);
    FeatureRequest.Batch wanted = batch(run, 2);
    FeatureBatch batch = contents(wanted);
    try (RecordSender requests = new RecordSender(kafka.bootstrapServers());
        DataPrepDouble dataPrep =
            new DataPrepDouble(
                kafka.bootstrapServers(),
                (request, asked, replies) -> {
                  if (request.equals(wanted) && asked == 2) {
                    replies.send(request, batch);
                  } else if (request.equals(wanted)) {
                    replies.refuse(request, "asked once");
                  }
                })) {
      // When
      for (int i = 0; i < 2; i++) {
        requests.send(Topics.BATCH_REQUESTS, run.value(), Map.of(), Json.write(wanted));
      }
      List<ConsumerRecord<String, byte[]>> replies = read(topic, 2);

      // Then
      assertThat(headers(replies.get(0)))
          .containsEntry(FeatureHeaders.REPLY, FeatureHeaders.REPLY_REFUSED);
      assertThat(Json.read(replies.get(0).value(), RequestRefused.class).reason())
          .isEqualTo("asked once");
      FeatureReply part = FeatureReply.batch(batch).get(0);
      assertThat(headers(replies.get(1))).isEqualTo(part.headers());
      assertThat(replies.get(1).value()).isEqualTo(part.body());
      assertThat(replies.get(1).key()).isEqualTo(part.key());
      assertThat(dataPrep.batchRequests()).containsExactly(wanted, wanted);
      assertThat(dataPrep.partitions()).hasSize(2);
      assertThat(dataPrep.batchesAskedFor(run)).containsExactly(2, 2);
      assertThat(dataPrep.batchesAskedFor(new RunId("other"))).isEmpty();
      assertThat(dataPrep.descriptions(run)).isZero();
    }
  }

  @Test
  void theTrainerAnswersWithEventsAndLeavesIgnoredRunsAlone() throws Exception {
    // Given
    Command ignored = new Command.Train(new RunId("ignored-one"), CONFIGURATION);
    Command train = new Command.Train(new RunId("trained"), CONFIGURATION);
    Command unknown = new Command.Stop(new RunId("unknown"));
    try (RecordSender commands = new RecordSender(kafka.bootstrapServers());
        TrainerDouble trainer = new TrainerDouble(kafka.bootstrapServers())) {
      // When
      for (Command command : List.of(ignored, train, unknown)) {
        CloudEvent attributes =
            new CloudEvent(command.name(), command.eventType(), "/test", Instant.EPOCH);
        commands.send(
            Topics.COMMANDS, command.run().value(), attributes.headers(), Json.write(command));
      }
      List<ConsumerRecord<String, byte[]>> states = read(Topics.RUNS, 2);
      ConsumerRecord<String, byte[]> letter = read(Topics.DEAD_LETTERS, 1).get(0);

      // Then
      assertThat(states).extracting(ConsumerRecord::key).containsOnly("trained");
      assertThat(states)
          .extracting(record -> Json.read(record.value(), RunState.class).status())
          .containsExactly(RunStatus.ACCEPTED, RunStatus.RUNNING);
      assertThat(CloudEvent.fromHeaders(headers(states.get(0))).orElseThrow())
          .extracting(CloudEvent::type, CloudEvent::source)
          .containsExactly(EventTypes.RUN_STATE, "/trainer-service");
      assertThat(letter.key()).isEqualTo("unknown");
      assertThat(Json.read(letter.value(), DeadLetter.class).detail())
          .isEqualTo("run: \"unknown\" given, no such run");
      assertThat(trainer.received())
          .extracting(TrainerDouble.ReceivedCommand::command)
          .containsExactly(ignored, train, unknown);
      assertThat(trainer.received().get(1).key()).isEqualTo("trained");
      assertThat(trainer.received().get(1).attributes().source()).isEqualTo("/test");
    }
  }

  private static FeatureRequest.Batch batch(RunId run, int batch) {
    return new FeatureRequest.Batch(
        run,
        Split.TRAIN,
        CONFIGURATION.data(Split.TRAIN, 1),
        "f".repeat(64),
        1,
        batch,
        Topics.featuresName(run, Split.TRAIN));
  }

  private static FeatureBatch contents(FeatureRequest.Batch request) {
    return new FeatureBatch(
        new BatchKey(
            request.run(),
            request.split(),
            request.fingerprint(),
            request.epoch(),
            request.batch()),
        new short[FeatureBatch.BINS],
        new int[] {1},
        new int[] {1},
        new int[] {1},
        new long[] {1},
        List.of("a"),
        List.of());
  }

  private void create(String topic) throws Exception {
    try (Admin admin = Admin.create(client)) {
      admin
          .createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
          .all()
          .get();
    }
  }

  /** Waits for the first records of a topic of one partition. */
  private List<ConsumerRecord<String, byte[]>> read(String topic, int count) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      while (records.size() < count) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    assertThat(records).hasSize(count);
    return records;
  }

  private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }
}
