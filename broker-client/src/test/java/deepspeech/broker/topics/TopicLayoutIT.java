package deepspeech.broker.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.RunStates;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.TopicLayout;
import deepspeech.messages.topic.TopicLayout.Owner;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("integration")
class TopicLayoutIT {
  private EmbeddedKafka kafka;
  private Admin admin;

  @BeforeAll
  void start(@TempDir Path directory) {
    kafka = EmbeddedKafka.start(directory, 0);
    admin = Admin.create(BrokerConfiguration.of(kafka.bootstrapServers()).client(Map.of()));
  }

  @AfterAll
  void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void installationsWithDifferentPrefixesShareABrokerAndDoNotSeeEachOther() throws Exception {
    // Given
    BrokerConfiguration one = broker("one.", Owner.SERVICES);
    BrokerConfiguration two = broker("two.", Owner.SERVICES);
    ensureShared(one);
    ensureShared(two);
    Command stop = new Command.Stop(new RunId("zh-1"));

    // When
    try (EventPublisher publisher = new EventPublisher(one, "/test")) {
      publisher.publish(stop);
    }

    // Then
    assertThat(admin.listTopics().names().get())
        .contains("one.deepspeech.commands", "two.deepspeech.commands");
    assertThat(commands(one)).containsExactly(stop);
    assertThat(commands(two)).isEmpty();
    assertThat(new RunStates(one).newest()).isEmpty();
  }

  @Test
  void aServiceWaitsForTopicsThatAnOperatorCreatesAndCreatesNone() throws Exception {
    // Given
    BrokerConfiguration broker = broker("operated.", Owner.OPERATOR);
    try (TopicSetup waiting = new TopicSetup(broker, Duration.ofSeconds(30));
        TopicSetup impatient = new TopicSetup(broker, Duration.ofSeconds(1))) {
      assertThatThrownBy(impatient::ensureShared)
          .isInstanceOf(BrokerException.class)
          .hasMessageMatching(
              "topic operated\\.deepspeech\\.[a-z-]+: does not exist on broker .* after 1 s; the operator of the cluster has to create it \\(DEEPSPEECH_TOPIC_OWNER\\)");
      CompletableFuture<Void> ensured = CompletableFuture.runAsync(() -> ensureShared(waiting));

      // When
      for (TopicDefinition topic : Topics.shared()) {
        assertThat(ensured).isNotDone();
        create(broker.layout().topic(topic), topic.partitions());
      }

      // Then
      ensured.join();
      assertThat(waiting.differencesOfShared()).isEmpty();
    }
  }

  @Test
  void topicsThatDifferFromThoseOfServicesAreReported() throws Exception {
    // Given
    BrokerConfiguration broker = broker("other.", Owner.SERVICES);
    admin
        .createTopics(
            List.of(
                new NewTopic("other." + Topics.COMMANDS, 3, (short) 1),
                new NewTopic("other." + Topics.RUNS, 1, (short) 1),
                new NewTopic("other." + Topics.BATCH_REQUESTS, 32, (short) 1)
                    .configs(Map.of("retention.ms", "21600000"))))
        .all()
        .get();
    try (TopicSetup topics = new TopicSetup(broker)) {
      topics.ensureShared();

      // When
      List<String> differences = topics.differencesOfShared();

      // Then
      assertThat(differences)
          .containsExactly(
              "topic other.deepspeech.commands: partitions is 3, expected 1",
              "topic other.deepspeech.commands: retention.ms is 604800000, expected 2592000000",
              "topic other.deepspeech.runs: cleanup.policy is delete, expected compact");
    }
  }

  @Test
  void featureTopicsHaveTheirOwnReplication() throws Exception {
    // Given
    BrokerConfiguration broker =
        new BrokerConfiguration(
            kafka.bootstrapServers(),
            Map.of(),
            new TopicLayout("replicated.", Owner.SERVICES, OptionalInt.of(2)));
    try (TopicSetup topics = new TopicSetup(broker)) {
      RunId run = new RunId("zh-1");

      // When
      var thrown = assertThatThrownBy(() -> topics.ensureFeatures(run, Split.TRAIN));

      // Then
      thrown
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("topic replicated.deepspeech.features.zh-1.train")
          .hasMessageContaining("replication");
    }
  }

  private BrokerConfiguration broker(String prefix, Owner owner) {
    return new BrokerConfiguration(
        kafka.bootstrapServers(), Map.of(), new TopicLayout(prefix, owner, OptionalInt.empty()));
  }

  private void create(TopicDefinition topic, int partitions) throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(topic.name(), partitions, (short) 1).configs(topic.configuration())))
        .all()
        .get();
  }

  private static void ensureShared(BrokerConfiguration broker) {
    try (TopicSetup topics = new TopicSetup(broker)) {
      ensureShared(topics);
    }
  }

  private static void ensureShared(TopicSetup topics) {
    try {
      topics.ensureShared();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Command> commands(BrokerConfiguration broker) throws InterruptedException {
    try (EventTail<Command> tail =
        EventTail.of(broker, Topics.COMMANDS, Command.class, EventTail.Start.BEGINNING)) {
      return tail.upToNow().stream().map(event -> event.body()).toList();
    }
  }
}
