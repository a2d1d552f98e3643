package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.broker.progress.Offsets;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.CheckpointProgress;
import deepspeech.evaluator.evaluation.CheckpointReader;
import deepspeech.evaluator.evaluation.EvaluationListener;
import deepspeech.evaluator.evaluation.Evaluator;
import deepspeech.evaluator.evaluation.ModelEvaluation;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.evaluator.testset.TestTopicSweep;
import deepspeech.evaluator.testset.TestTopics;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.topic.Topics;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EvaluationWorkerTest {
  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final Map<String, Object> published = new ConcurrentHashMap<>();
  private final List<String> hindrances = new CopyOnWriteArrayList<>();
  private final AtomicLong nanoTime = new AtomicLong();
  private final EvaluationStatus status =
      new EvaluationStatus(
          new DelayedTests(
              (message, id) -> published.put(id, message),
              Clock.systemUTC(),
              () -> nanoTime.getAndAdd(Duration.ofMinutes(2).toNanos())));
  private final Queue<Error> publicationFaults = new ConcurrentLinkedQueue<>();
  private final EvaluationWorker worker = worker(() -> new Offsets(Map.of(), Map.of()));

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void whatTheStoreHindersIsTriedAgainAndShownMeanwhile() {
    // When
    worker.submit(event(Json.write(TestData.checkpoint(1)))).join();

    // Then
    assertThat(hindrances).containsExactly("none", "the store is away");
    assertThat(published).containsOnlyKeys("e1/dead-letter");
    assertThat(((DeadLetter) published.get("e1/dead-letter")).detail())
        .isEqualTo("the checkpoint is gone");
    assertThat(status.hindrance()).isEmpty();
    assertThat(status.checkpoint()).isEmpty();
  }

  @Test
  void eachTryIsPartOfTheTraceOfTheEventAndShowsWhatHinderedIt() {
    // Given
    ConsumerRecord<String, byte[]> event = event(Json.write(TestData.checkpoint(1)));
    event
        .headers()
        .add(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
                .getBytes(StandardCharsets.UTF_8));

    // When
    worker.submit(event).join();

    // Then
    List<SpanData> tries =
        TELEMETRY.getSpans().stream()
            .filter(span -> span.getName().equals("evaluate checkpoint"))
            .toList();
    assertThat(tries)
        .extracting(span -> span.getTraceId() + " " + span.getParentSpanId())
        .containsExactly(
            "4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7",
            "4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7");
    assertThat(tries)
        .extracting(span -> span.getStatus().getDescription())
        .containsExactly("the store is away", "the checkpoint is gone");
  }

  @Test
  void aFaultWhileAResultIsPublishedIsRetriedAndEndsNoChannel() {
    // Given
    publicationFaults.add(new NoClassDefFoundError("org/apache/kafka/Something"));

    // When
    worker.submit(event(Json.write(TestData.checkpoint(1)))).join();

    // Then
    assertThat(hindrances)
        .containsExactly(
            "none",
            "the store is away",
            "unexpected failure of the evaluator: java.lang.NoClassDefFoundError: org/apache/kafka/Something");
    assertThat(published).containsOnlyKeys("e1/delayed/0", "e1/dead-letter");
  }

  @Test
  void anErrorDoesNotEndTheChecksOfTestTopicsAndBacklog() throws Exception {
    // Given
    CountDownLatch checks = new CountDownLatch(3);
    try (EvaluationWorker checking =
        worker(
            () -> {
              checks.countDown();
              throw new LinkageError("first");
            })) {

      // When
      checking.start(Duration.ofMillis(10));

      // Then
      assertThat(checks.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void anEventThatIsNoJsonIsDeadLetteredWithItsText() {
    // When
    worker.submit(event("no JSON".getBytes(StandardCharsets.UTF_8))).join();

    // Then
    DeadLetter letter = (DeadLetter) published.get("deepspeech.checkpoints/0/7/dead-letter");
    assertThat(letter.reason()).isEqualTo(DeadLetter.UNREADABLE);
    assertThat(letter.subject()).isEqualTo("deepspeech.checkpoints/0/7");
    assertThat(letter.original()).isEqualTo("no JSON");
  }

  private EvaluationWorker worker(CheckpointProgress progress) {
    Evaluator evaluator =
        new Evaluator(
            new UnreliableStore(),
            (run, test, files) -> {
              throw new AssertionError("no model, no test");
            },
            new ModelEvaluation(0, 1, Tracing.off()),
            (message, id) -> {
              if (!publicationFaults.isEmpty()) {
                throw publicationFaults.remove();
              }
              published.put(id, message);
            },
            new HashSet<>(),
            Path.of("unused"),
            new SilentListener(),
            new Tracing(TELEMETRY.getOpenTelemetry()),
            Clock.systemUTC());
    return new EvaluationWorker(
        evaluator,
        (message, id) -> published.put(id, message),
        new TestTopicSweep(new NoTopics(), Map::of, () -> new Offsets(Map.of(), Map.of())),
        progress,
        status,
        run -> {},
        Clock.systemUTC());
  }

  private static ConsumerRecord<String, byte[]> event(byte[] body) {
    CloudEvent attributes =
        new CloudEvent("e1", EventTypes.CHECKPOINT_COMMITTED, "/test", TestData.TIME);
    return new ConsumerRecord<>(
        Topics.CHECKPOINTS,
        0,
        7,
        0,
        TimestampType.CREATE_TIME,
        0,
        body.length,
        "demo",
        body,
        CloudEventHeaders.toKafka(attributes.headers()),
        Optional.empty());
  }

  /** Away the first time; the second time there, without the checkpoint. */
  private final class UnreliableStore implements CheckpointReader {
    @Override
    public Path fetchModel(CheckpointCommitted checkpoint, Path directory) {
      hindrances.add(status.hindrance().orElse("none"));
      throw hindrances.size() == 1
          ? new CheckpointStoreException("the store is away")
          : new CheckpointNotFoundException("the checkpoint is gone");
    }

    @Override
    public void offerBest(CheckpointCommitted checkpoint, double cer) {
      throw new AssertionError("not evaluated");
    }
  }

  private static final class SilentListener implements EvaluationListener {
    @Override
    public void evaluated(Evaluation evaluation) {}

    @Override
    public void deadLettered(CheckpointCommitted checkpoint, String reason, Throwable failure) {}
  }

  private static final class NoTopics implements TestTopics {
    @Override
    public Set<RunId> runs() {
      return Set.of();
    }

    @Override
    public void delete(RunId run) {
      throw new AssertionError("nothing to delete");
    }
  }
}
