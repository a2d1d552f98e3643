package deepspeech.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.feed.BatchFeed;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.start.StartupCheck;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.command.Command;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.KafkaRight;
import deepspeech.messages.topic.KafkaRight.Operation;
import deepspeech.messages.topic.KafkaRight.Resource;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.SecuredBroker;
import deepspeech.testing.server.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("integration")
class MissingRightsIT {
  private SecuredBroker server;
  private BrokerConfiguration admin;
  private BrokerConfiguration guest;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = SecuredBroker.start(directory, TestAuthority.in(directory), "guest");
    admin = as(SecuredBroker.ADMIN, SecuredBroker.password(SecuredBroker.ADMIN));
    guest = as("guest", SecuredBroker.password("guest"));
    try (TopicSetup topics = new TopicSetup(admin)) {
      topics.ensureShared();
    }
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void aWrongPasswordIsReportedInOneLine() {
    // Given
    StartupCheck check = new StartupCheck(as("guest", "wrong"));

    // When
    var thrown = assertThatThrownBy(() -> check.requireReachable(Duration.ofSeconds(30)));

    // Then
    thrown
        .isInstanceOf(BrokerException.class)
        .message()
        .startsWith("broker " + guest.bootstrapServers() + ": sign-in refused: ")
        .hasLineCount(1)
        .doesNotContain("wrong");
  }

  @Test
  void aMissingDescribeRightIsReportedWithTheTopic() {
    try (TopicSetup topics = new TopicSetup(guest)) {
      // When
      var thrown = assertThatThrownBy(topics::ensureShared);

      // Then
      thrown.isInstanceOf(BrokerException.class).hasMessage(denied(Topics.COMMANDS, "DESCRIBE"));
    }
  }

  @Test
  void aMissingCreateRightIsReportedWithTheTopic() throws Exception {
    // Given
    RunId run = new RunId("not-created");
    grant(Topics.featuresName(run, Split.TRAIN));
    try (TopicSetup topics = new TopicSetup(guest)) {
      // When
      var thrown = assertThatThrownBy(() -> topics.ensureFeatures(run, Split.TRAIN));

      // Then
      thrown
          .isInstanceOf(BrokerException.class)
          .hasMessage(denied(Topics.featuresName(run, Split.TRAIN), "CREATE"));
    }
  }

  @Test
  void aMissingDeleteRightIsReportedWithTheTopic() throws Exception {
    // Given
    RunId run = new RunId("not-deleted");
    String topic = Topics.featuresName(run, Split.TEST);
    try (TopicSetup topics = new TopicSetup(admin)) {
      topics.ensureFeatures(run, Split.TEST);
    }
    grant(topic);
    try (TopicSetup topics = new TopicSetup(guest)) {
      // When
      var deleted = assertThatThrownBy(() -> topics.delete(topic));
      var trimmed = assertThatThrownBy(() -> topics.trim(topic, 0).toCompletableFuture().get());

      // Then
      deleted.isInstanceOf(BrokerException.class).hasMessage(denied(topic, "DELETE"));
      trimmed.cause().hasMessage(denied(topic, "DELETE"));
    }
  }

  @Test
  void aMissingWriteRightIsReportedWithTheTopic() {
    try (EventPublisher publisher = new EventPublisher(guest, "/test")) {
      // When
      var thrown = assertThatThrownBy(() -> publisher.publish(new Command.Stop(new RunId("demo"))));

      // Then
      thrown.isInstanceOf(BrokerException.class).hasMessage(denied(Topics.COMMANDS, "WRITE"));
    }
  }

  @Test
  void aMissingReadRightIsReportedWithTheTopic() throws Exception {
    // Given
    grant(Topics.RUNS);
    try (EventPublisher publisher = new EventPublisher(admin, "/test")) {
      publisher
          .send(Topics.RUNS, null, "demo", CloudEvent.of("t", "/test", Instant.EPOCH), List.of())
          .get();
    }

    // When
    var thrown = assertThatThrownBy(() -> new RunStates(guest).newest());

    // Then
    thrown.isInstanceOf(BrokerException.class).hasMessage(denied(Topics.RUNS, "READ"));
  }

  @Test
  void aFeedWithoutRightsFailsAtOnceWithTheReason() {
    // Given
    DataSpecification data =
        new DataSpecification(
            new DataFiles("m", "v", "s"),
            new DurationLimits(0, 20),
            new Batching(1, "instance_shuffle"),
            TextRules.DEFAULT,
            0);
    try (BatchFeed feed =
        new BatchFeed(
            guest,
            "/test",
            new RunId("fed"),
            Split.TRAIN,
            FeedSettings.defaults(),
            line -> {},
            Tracing.off())) {
      // When
      var thrown = assertThatThrownBy(() -> feed.describe(data, 1));

      // Then
      thrown
          .isInstanceOf(BrokerException.class)
          .hasMessage(denied(Topics.BATCH_REQUESTS, "DESCRIBE"));
      assertThat(feed.statistics().batches()).isZero();
    }
  }

  private BrokerConfiguration as(String user, String password) {
    return new BrokerConfiguration(server.bootstrapServers(), server.properties(user, password));
  }

  private String denied(String topic, String operation) {
    return "topic %s: broker %s denies this client the operation %s: grant it"
        .formatted(topic, guest.bootstrapServers(), operation);
  }

  private void grant(String topic) throws Exception {
    server.grant(
        "guest",
        "",
        List.of(new KafkaRight(Resource.TOPIC, topic, false, Set.of(Operation.DESCRIBE))));
  }
}
