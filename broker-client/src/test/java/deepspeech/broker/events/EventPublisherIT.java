package deepspeech.broker.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventTail.Start;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
class EventPublisherIT {
  private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");
  private static final Duration LONG = Duration.ofSeconds(30);

  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;
  private TopicSetup topics;
  private EventPublisher publisher;

  @BeforeAll
  void start(@TempDir Path directory) throws InterruptedException {
    kafka = EmbeddedKafka.start(directory, 0);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    topics = new TopicSetup(broker);
    topics.ensureShared();
    publisher = new EventPublisher(broker, "/test", Clock.fixed(NOON, ZoneOffset.UTC));
  }

  @AfterAll
  void stop() {
    publisher.close();
    topics.close();
    kafka.close();
  }

  @Test
  void aCommandIsReadBackWithItsKeyAndAttributes() throws Exception {
    // Given
    RunId run = new RunId("commanded");
    Command command = new Command.Train(run, TrainingConfiguration.defaults());
    try (EventTail<Command> tail =
        EventTail.of(broker, Topics.COMMANDS, Command.class, Start.NOW)) {
      // When
      publisher.publish(command, "id-1");
      ReceivedEvent<Command> received = tail.next(LONG).orElseThrow();

      // Then
      assertThat(received.key()).isEqualTo("commanded");
      assertThat(received.body()).isEqualTo(command);
      assertThat(received.attributes())
          .contains(new CloudEvent("id-1", "deepspeech.command.train", "/test", NOON));
    }
  }

  @Test
  void theNewestStateOfEachRunIsFoundAmongOlderAndUnreadableOnes() throws Exception {
    // Given
    RunState first = state("first", RunStatus.RUNNING, 1);
    RunState second = state("second", RunStatus.ACCEPTED, 0);
    RunState firstLater = state("first", RunStatus.FINISHED, 9);
    publisher.publish(first);
    publisher.publish(second);
    publishByHand(Topics.RUNS, "second", "{\"run\":");
    publishByHand(Topics.RUNS, "third", "{\"run\":\"third\"}");
    publisher.publish(firstLater);

    // When
    Map<RunId, RunState> newest = new RunStates(broker).newest();

    // Then
    assertThat(newest.values()).containsExactly(second, firstLater);
    assertThat(new RunStates(broker).newest(new RunId("third"))).isEmpty();
  }

  @Test
  void aTailFromTheBeginningReadsExistingAndNewMessages() throws Exception {
    // Given
    String topic = "tail-from-beginning";
    topics.ensure(List.of(new TopicDefinition(topic, 1, Map.of())));
    publish(topic, point(1));
    try (EventTail<MetricPoint> tail =
        EventTail.of(broker, topic, MetricPoint.class, Start.BEGINNING)) {
      // When
      ReceivedEvent<MetricPoint> old = tail.next(LONG).orElseThrow();
      publish(topic, point(2));
      ReceivedEvent<MetricPoint> fresh = tail.next(LONG).orElseThrow();

      // Then
      assertThat(old.body()).isEqualTo(point(1));
      assertThat(fresh.body()).isEqualTo(point(2));
    }
  }

  @Test
  void missedEventsAreSentCompletelyAndLaterOnesOnce() throws Exception {
    // Given
    String topic = "tail-missed";
    topics.ensure(List.of(new TopicDefinition(topic, 1, Map.of())));
    publish(topic, point(1));
    publish(topic, point(2));
    try (EventTail<MetricPoint> tail =
        EventTail.of(broker, topic, MetricPoint.class, Start.BEGINNING)) {
      // When
      List<ReceivedEvent<MetricPoint>> missed = tail.upToNow();
      List<ReceivedEvent<MetricPoint>> missedSince = tail.upToNow();
      publish(topic, point(3));
      ReceivedEvent<MetricPoint> next = tail.next(LONG).orElseThrow();

      // Then
      assertThat(missed).extracting(ReceivedEvent::body).containsExactly(point(1), point(2));
      assertThat(missedSince).isEmpty();
      assertThat(next.body()).isEqualTo(point(3));
    }
  }

  @Test
  void aTailOfSeveralTopicsGivesTheMessagesOfAll() throws Exception {
    // Given
    RunState state = state("several", RunStatus.RUNNING, 1);
    DeadLetter letter =
        DeadLetter.unreadable(
            DeadLetter.COMMAND, "x", "why", "{".getBytes(StandardCharsets.UTF_8), NOON);
    List<Object> bodies = new ArrayList<>();
    try (EventTail<Object> tail =
        EventTail.of(
            broker,
            Map.of(Topics.DEAD_LETTERS, DeadLetter.class, Topics.METRICS, MetricPoint.class),
            Start.NOW)) {
      // When
      publisher.publish(letter);
      publisher.publish(point(3));
      publisher.publish(state);
      bodies.add(tail.next(LONG).orElseThrow().body());
      bodies.add(tail.next(LONG).orElseThrow().body());
      Optional<ReceivedEvent<Object>> third = tail.next(Duration.ofMillis(300));

      // Then
      assertThat(bodies).containsExactlyInAnyOrder(letter, point(3));
      assertThat(third).isEmpty();
    }
  }

  @Test
  void stoppingATailEndsAWaitingReader() throws Exception {
    // Given
    try (EventTail<Command> tail =
        EventTail.of(broker, Topics.COMMANDS, Command.class, Start.NOW)) {
      Thread stopper = new Thread(tail::stop);

      // When
      stopper.start();
      tail.forEach(event -> {});

      // Then
      stopper.join();
      assertThat(tail.next(Duration.ofDays(1))).isEmpty();
    }
  }

  @Test
  void aMissingTopicIsNamedInOneLine() {
    // Given
    CompactedLog<RunState> log =
        new CompactedLog<>(broker, "no-such-topic", RunState.class, Duration.ofSeconds(2));

    // When
    var thrown = assertThatThrownBy(log::newest);

    // Then
    thrown
        .isInstanceOf(BrokerException.class)
        .hasMessage("topic no-such-topic: does not exist on broker %s", broker.bootstrapServers());
  }

  @Test
  void aMessageThatNoTopicIsForIsRefused() {
    // When
    var thrown = assertThatThrownBy(() -> publisher.send("text"));

    // Then
    thrown.isInstanceOf(IllegalArgumentException.class).hasMessageContaining("java.lang.String");
  }

  private void publish(String topic, MetricPoint point) throws Exception {
    publisher
        .send(topic, null, "run", CloudEvent.of(EventTypes.METRIC_POINT, "/test", NOON), point)
        .get();
  }

  private void publishByHand(String topic, String key, String json) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            broker.client(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, json.getBytes(StandardCharsets.UTF_8))).get();
    }
  }

  private static RunState state(String run, RunStatus status, int batch) {
    return RunState.accepted(new RunId(run), TrainingConfiguration.defaults(), NOON)
        .withStatus(status, NOON)
        .withCommand("id", NOON)
        .withPosition(new Position(1, batch, 10, batch), NOON)
        .withData(100, List.of(), NOON);
  }

  private static MetricPoint point(int step) {
    return new MetricPoint(new RunId("measured"), MetricName.TRAIN_LOSS, 1.5, step, 1, step, NOON);
  }
}
