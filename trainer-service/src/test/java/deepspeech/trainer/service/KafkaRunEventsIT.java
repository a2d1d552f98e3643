package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventIdTail;
import deepspeech.broker.events.EventPublisher;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.testing.server.TestBroker;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.run.RunLeases;
import deepspeech.trainer.run.TrainerProbe;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trainers of one run, one after the other. */
@Timeout(300)
@Tag("integration")
class KafkaRunEventsIT {
  private static final RunId RUN = new RunId("run");

  @TempDir private Path directory;
  private EmbeddedKafka kafka;
  private EmbeddedS3 s3;
  private CheckpointStore store;
  private BrokerConfiguration broker;
  private EventPublisher publisher;
  private RunLeases leases;

  @BeforeEach
  void start() throws InterruptedException {
    kafka = TestBroker.start(directory.resolve("kafka"));
    s3 = TestStore.start(directory.resolve("s3"), "deepspeech");
    store =
        CheckpointStore.connect(
            new CheckpointStoreConfiguration(
                new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
                "deepspeech",
                null));
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    publisher =
        EventPublisher.patient(broker, "/trainer-service", Duration.ofMinutes(1), line -> {});
    leases =
        new RunLeases(
            store.leases(),
            "trainer",
            () -> null,
            () -> true,
            address -> TrainerProbe.Answer.NONE,
            Clock.systemUTC());
    assertThat(leases.acquire(RUN)).isTrue();
  }

  @AfterEach
  void stop() {
    publisher.close();
    leases.release(RUN);
    store.close();
    s3.close();
    kafka.close();
  }

  @Test
  void aPointThatATrainerHasPublishedBeyondACheckpointOfTheNextOneIsNotPublishedByTheThird()
      throws Exception {
    // Given
    Instant atStep7 = Instant.now();
    train(trainer(), 8, 17);
    KafkaRunEvents second = trainer();
    second.recover(RUN, atStep7, Map.of());
    train(second, 8, 14);
    Instant atStep14 = second.eventsSince(RUN, 14, afterNow());
    train(second, 15, 16);

    // When
    KafkaRunEvents third = trainer();
    third.recover(RUN, atStep14, Map.of());
    train(third, 15, 19);

    // Then
    assertThat(published()).containsExactlyElementsOf(points(8, 19));
  }

  @Test
  void onlyAsLongAsAnEarlierTrainerOfTheRunWasFurtherItsPointsAreSearchedForFromThatTimeOn()
      throws Exception {
    // Given
    Instant begin = Instant.now();
    Instant now = afterNow();
    train(trainer(), 1, 3);
    KafkaRunEvents next = trainer();
    assertThat(next.eventsSince(RUN, 1, now)).isEqualTo(now);

    // When
    next.recover(RUN, begin, Map.of());

    // Then
    assertThat(next.eventsSince(RUN, 2, now)).isEqualTo(begin);
    assertThat(next.eventsSince(RUN, 3, now)).isEqualTo(now);
    assertThat(next.eventsSince(new RunId("other"), 2, now)).isEqualTo(now);
  }

  @Test
  void anyPointOfAStepTellsHowFarATrainerWasButNotACountOfSkippedUtterances() throws Exception {
    // Given
    Instant begin = Instant.now();
    Instant now = afterNow();
    KafkaRunEvents first = trainer();
    train(first, 1, 3);
    first.metric(
        MetricPoint.skipped(
            RUN, SkipReason.TOO_LONG, 1000, new Position(1, 1, 9, 3), Instant.now()));
    first.metric(MetricPoint.lag(RUN, Topics.COMMANDS, 7, new Position(1, 1, 9, 4), Instant.now()));
    publisher.publish(loss(5), "run/epoch-0001/test_cer");
    first.flush();

    // When
    KafkaRunEvents next = trainer();
    next.recover(RUN, begin, Map.of());

    // Then
    assertThat(next.eventsSince(RUN, 3, now)).isEqualTo(begin);
    assertThat(next.eventsSince(RUN, 4, now)).isEqualTo(now);
  }

  @Test
  void aPointThatIsStillOnItsWayToTheBrokerWhenItsTrainerTakesTheRunAgainIsPublishedOnce()
      throws Exception {
    // Given
    Instant begin = Instant.now();
    KafkaRunEvents events = trainer();
    train(events, 1, 1);
    int port = kafka.port();
    kafka.close();

    // When
    CompletableFuture<Void> back =
        CompletableFuture.runAsync(
            () -> kafka = EmbeddedKafka.start(directory.resolve("kafka"), port),
            CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS));
    events.metric(loss(2));
    events.recover(RUN, begin, Map.of());
    train(events, 1, 3);
    back.join();

    // Then
    assertThat(published()).containsExactlyElementsOf(points(1, 3));
  }

  private KafkaRunEvents trainer() {
    return new KafkaRunEvents(broker, publisher, leases);
  }

  private static void train(KafkaRunEvents events, int from, int to) {
    for (int step = from; step <= to; step++) {
      events.metric(loss(step));
    }
    events.flush();
  }

  private static MetricPoint loss(int step) {
    return new MetricPoint(RUN, MetricName.TRAIN_LOSS, 1.0 / step, step, 1, step, Instant.now());
  }

  /** Later than the timestamp of any message so far. */
  private static Instant afterNow() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(5);
    return Instant.now();
  }

  private List<String> published() throws InterruptedException {
    List<String> found = new ArrayList<>();
    try (EventIdTail ids = new EventIdTail(broker, Topics.METRICS)) {
      ids.catchUp(found::add);
    }
    return found;
  }

  private static List<String> points(int from, int to) {
    List<String> ids = new ArrayList<>();
    for (int step = from; step <= to; step++) {
      ids.add("run/%s/%d".formatted(MetricName.TRAIN_LOSS, step));
    }
    return ids;
  }
}
