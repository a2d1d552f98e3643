package deepspeech.broker.events;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.TestBroker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class EventFollowerIT {
  private static final Instant TIME = Instant.parse("2026-05-04T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final RunId RUN = new RunId("demo");

  @TempDir private Path directory;
  private final Received received = new Received();
  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;

  @BeforeEach
  void start() throws Exception {
    kafka = TestBroker.start(directory);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
  }

  @AfterEach
  void stop() {
    kafka.close();
  }

  @Test
  void existingMessagesAreReadThenNewOnesAndUnreadableOnesAreReported() throws Exception {
    // Given
    publish(1);
    publishBroken();
    publish(2);

    // When
    try (EventFollower<MetricPoint> follower = follow()) {
      received.await(seen -> seen.caughtUp == 1);
      List<Long> atFirst = received.steps();
      publish(3);
      received.await(seen -> seen.steps.size() == 3);

      // Then
      assertThat(atFirst).containsExactly(1L, 2L);
      assertThat(received.steps()).containsExactly(1L, 2L, 3L);
      assertThat(received.unreadable).hasSize(1);
      assertThat(received.unreadable.get(0)).startsWith(Topics.METRICS + "/0/1: ");
      assertThat(received.begins).isEqualTo(1);
      assertThat(follower.lag()).containsEntry(Topics.METRICS, 0L);
    }
  }

  @Test
  void anEmptyTopicIsReadToItsEndAtOnce() throws Exception {
    // When
    try (EventFollower<MetricPoint> follower = follow()) {
      received.await(seen -> seen.caughtUp == 1);

      // Then
      assertThat(received.steps()).isEmpty();
      assertThat(follower.lag()).containsOnlyKeys(Topics.METRICS);
    }
  }

  @Test
  void aBrokerThatGoesAwayIsReportedAndReadingContinuesAfterItsReturn() throws Exception {
    // Given
    publish(1);
    try (EventFollower<MetricPoint> follower = follow()) {
      received.await(seen -> seen.caughtUp == 1);

      // When
      int port = kafka.port();
      kafka.close();
      received.await(seen -> !seen.connected);
      kafka = EmbeddedKafka.start(directory, port);
      received.await(seen -> seen.connected);
      publish(2);
      received.await(seen -> seen.steps.size() == 2);

      // Then
      assertThat(received.steps()).containsExactly(1L, 2L);
      assertThat(received.begins).isEqualTo(1);
      assertThat(received.reasons.get(0)).contains(broker.bootstrapServers()).doesNotContain("\n");
      assertThat(follower.lag()).containsEntry(Topics.METRICS, 0L);
    }
  }

  @Test
  void aBrokerThatIsNotThereAtTheStartIsWaitedFor() throws Exception {
    // Given
    int port = freePort();
    broker = BrokerConfiguration.of("127.0.0.1:" + port);
    try (EventFollower<MetricPoint> follower = follow()) {
      received.await(seen -> !seen.reasons.isEmpty());

      // When
      kafka.close();
      kafka = EmbeddedKafka.start(directory, port);
      publish(1);
      received.await(seen -> seen.steps.size() == 1);

      // Then
      assertThat(received.steps()).containsExactly(1L);
      assertThat(follower.lag()).containsEntry(Topics.METRICS, 0L);
    }
  }

  @Test
  void aRecreatedTopicIsReadFromItsBeginningHoweverFullItIs() throws Exception {
    // Given
    publish(1);
    publish(2);
    try (EventFollower<MetricPoint> follower = follow();
        TopicSetup topics = new TopicSetup(broker)) {
      received.await(seen -> seen.caughtUp == 1);

      // When
      topics.delete(Topics.METRICS);
      while (topics.exists(Topics.METRICS)) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      topics.ensureShared();
      for (int step = 11; step <= 15; step++) {
        publish(step);
      }
      received.await(seen -> seen.begins > 1 && seen.steps.contains(15L));

      // Then
      assertThat(received.steps()).containsExactly(11L, 12L, 13L, 14L, 15L);
      assertThat(follower.lag()).containsOnlyKeys(Topics.METRICS);
    }
  }

  private EventFollower<MetricPoint> follow() {
    return EventFollower.start(broker, Map.of(Topics.METRICS, MetricPoint.class), received);
  }

  private void publish(long step) throws InterruptedException {
    try (EventPublisher publisher =
        new EventPublisher(BrokerConfiguration.of(kafka.bootstrapServers()), "/test")) {
      publisher.publish(new MetricPoint(RUN, MetricName.TRAIN_LOSS, 1, step, 1, 1, TIME));
    }
  }

  private void publishBroken() throws Exception {
    try (EventPublisher publisher = new EventPublisher(broker, "/test")) {
      publisher
          .send(
              Topics.METRICS,
              null,
              "demo",
              CloudEvent.of(EventTypes.METRIC_POINT, "/test", TIME),
              Map.of("run", "demo"))
          .get();
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What a follower has received. */
  private static final class Received implements EventFollower.Listener<MetricPoint> {
    private final List<Long> steps = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private int begins;
    private int caughtUp;
    private boolean connected;

    @Override
    public synchronized void begins() {
      begins++;
      steps.clear();
    }

    @Override
    public synchronized void received(ReceivedEvent<MetricPoint> event) {
      steps.add(event.body().step());
    }

    @Override
    public synchronized void unreadable(String topic, String line) {
      unreadable.add(line);
    }

    @Override
    public synchronized void caughtUp() {
      caughtUp++;
    }

    @Override
    public synchronized void connected() {
      connected = true;
    }

    @Override
    public synchronized void disconnected(String reason) {
      connected = false;
      reasons.add(reason);
    }

    synchronized List<Long> steps() {
      return List.copyOf(steps);
    }

    void await(Predicate<Received> condition) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        synchronized (this) {
          if (condition.test(this)) {
            return;
          }
        }
        assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }
}
