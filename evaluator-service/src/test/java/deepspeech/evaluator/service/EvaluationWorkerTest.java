package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerException;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.evaluation.CheckpointReader;
import deepspeech.evaluator.evaluation.EvaluationListener;
import deepspeech.evaluator.evaluation.EvaluationPublisher;
import deepspeech.evaluator.evaluation.Evaluator;
import deepspeech.evaluator.evaluation.ModelEvaluation;
import deepspeech.evaluator.evaluation.RangeScoring;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.evaluator.sharing.InMemoryTestRecords;
import deepspeech.evaluator.sharing.SharedTests;
import deepspeech.evaluator.testset.TestSet;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
import org.apache.kafka.common.header.internals.RecordHeaders;
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
              () -> nanoTime.getAndAdd(Duration.ofSeconds(20).toNanos())));
  private final Queue<Throwable> publicationFaults = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> workFaults = new ConcurrentLinkedQueue<>();
  private final Queue<UntestedCheckpoint> due = new ConcurrentLinkedQueue<>();
  private final CountDownLatch idle = new CountDownLatch(1);
  private final EvaluationWorker worker = new EvaluationWorker(this::nextWork, evaluator(), status);

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void whatTheStoreHindersIsTriedAgainAndShownMeanwhile() throws Exception {
    // When
    evaluate(Context.root());

    // Then
    assertThat(hindrances).containsExactly("none", "the store is away");
    assertThat(published).containsOnlyKeys("e1/dead-letter");
    assertThat(((DeadLetter) published.get("e1/dead-letter")).detail())
        .isEqualTo("the checkpoint is gone");
    assertThat(status.hindrance()).isEmpty();
    assertThat(status.checkpoint()).isEmpty();
  }

  @Test
  void eachTryIsPartOfTheTraceOfTheEventAndShowsWhatHinderedIt() throws Exception {
    // Given
    RecordHeaders headers = new RecordHeaders();
    headers.add(
        "traceparent",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".getBytes(StandardCharsets.UTF_8));

    // When
    evaluate(TraceHeaders.read(headers));

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
  void aFaultWhileAResultIsPublishedIsRetriedAndDoesNotEndTheWorker() throws Exception {
    // Given
    publicationFaults.add(new NoClassDefFoundError("org/apache/kafka/Something"));

    // When
    evaluate(Context.root());

    // Then
    assertThat(hindrances)
        .containsExactly(
            "none",
            "the store is away",
            "unexpected failure of the evaluator: java.lang.NoClassDefFoundError: org/apache/kafka/Something");
    assertThat(published).containsOnlyKeys("e1/delayed/0", "e1/dead-letter");
  }

  @Test
  void neitherABrokerThatIsAwayNorAFaultBetweenEvaluationsEndsTheWorker() throws Exception {
    // Given
    workFaults.add(new BrokerException("the broker is away"));
    workFaults.add(new LinkageError("first"));

    // When
    evaluate(Context.root());

    // Then
    assertThat(workFaults).isEmpty();
    assertThat(published).containsOnlyKeys("e1/dead-letter");
    assertThat(status.hindrance()).isEmpty();
  }

  private void evaluate(Context trace) throws InterruptedException {
    due.add(new UntestedCheckpoint("e1", TestData.checkpoint(1), trace));
    worker.start();
    assertThat(idle.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** The checkpoint is due until its dead letter is published. */
  private Optional<UntestedCheckpoint> nextWork() {
    fail(workFaults.poll());
    if (published.containsKey("e1/dead-letter")) {
      idle.countDown();
      return Optional.empty();
    }
    return due.stream().filter(status::isDue).findFirst();
  }

  private static void fail(Throwable fault) {
    if (fault instanceof Error error) {
      throw error;
    } else if (fault != null) {
      throw (RuntimeException) fault;
    }
  }

  private Evaluator evaluator() {
    UnreliableStore store = new UnreliableStore();
    Tracing tracing = new Tracing(TELEMETRY.getOpenTelemetry());
    return new Evaluator(
        new SharedTests(
            new InMemoryTestRecords(),
            "this",
            () -> Set.of("this"),
            Clock.systemUTC(),
            System::nanoTime),
        new RangeScoring(
            store,
            (run, test, files, again) -> new DescribedTestSet(),
            new ModelEvaluation(0, ComputeDevice.cpu(1), Tracing.off()),
            event -> false,
            Path.of("unused"),
            tracing),
        store,
        new EvaluationPublisher(
            (message, id) -> {
              fail(publicationFaults.poll());
              published.put(id, message);
            },
            Set::of,
            Clock.systemUTC()),
        new SilentListener(),
        tracing,
        Clock.systemUTC());
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

  private static final class DescribedTestSet implements TestSet {
    @Override
    public DataSetDescription description() {
      return TestData.description(TestData.RUN, "r");
    }

    @Override
    public void select(int from, int end) {
      throw new AssertionError("no model, no test");
    }

    @Override
    public Optional<FeatureBatch> next() {
      throw new AssertionError("no model, no test");
    }

    @Override
    public void close() {}
  }
}
