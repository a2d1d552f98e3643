package deepspeech.evaluator.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerException;
import deepspeech.broker.feed.FeedClosedException;
import deepspeech.broker.feed.RequestRefusedException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.evaluator.recognition.EchoModel;
import deepspeech.evaluator.sharing.InMemoryTestRecords;
import deepspeech.evaluator.sharing.SharedTest;
import deepspeech.evaluator.sharing.SharedTests;
import deepspeech.evaluator.testset.TestSets;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluatorTest {
  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private static final Clock CLOCK = Clock.fixed(TestData.TIME, ZoneOffset.UTC);

  @TempDir Path folder;

  private final Tracing tracing = new Tracing(TELEMETRY.getOpenTelemetry());
  private final Map<String, Object> published = new LinkedHashMap<>();
  private final Set<String> inTopics = new HashSet<>();
  private final Set<String> ended = new HashSet<>();
  private final InMemoryTestRecords records = new InMemoryTestRecords();
  private Set<String> living = Set.of("this");
  private final List<String> offered = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private Predicate<Object> brokerTakes = message -> true;
  private Throwable storeFailure;
  private List<String> modelVocabulary = TestData.VOCABULARY;
  private TestSets testSets =
      (run, test, files, again) ->
          new InMemoryTestSet(TestData.description(TestData.RUN, "r"), TestData.batches());

  @Test
  void aCheckpointGivesAnEvaluationMetricPointsAndAnOfferForTheBest() throws Exception {
    // When
    Evaluator.Outcome outcome = evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.EVALUATED);
    assertThat(offered).containsExactly("epoch-0003 " + TestData.CER);
    assertThat(published.keySet()).containsExactly("e1/test_cer", "e1/test_wer", "e1/evaluation");
    assertThat(published.get("e1/test_cer"))
        .isEqualTo(
            new MetricPoint(
                TestData.RUN, MetricName.TEST_CER, TestData.CER, 21, 3, 7, TestData.TIME));
    assertThat(published.get("e1/test_wer"))
        .isEqualTo(
            new MetricPoint(
                TestData.RUN, MetricName.TEST_WER, TestData.WER, 21, 3, 7, TestData.TIME));
    Evaluation evaluation = (Evaluation) published.get("e1/evaluation");
    assertThat(evaluation.checkpoint()).hasToString("epoch-0003");
    assertThat(evaluation.step()).isEqualTo(21);
    assertThat(evaluation.cer()).isEqualTo(TestData.CER);
    assertThat(evaluation.wer()).isEqualTo(TestData.WER);
    assertThat(evaluation.errors().utterances()).isEqualTo(3);
    assertThat(evaluation.errors().skipped()).isEqualTo(2);
    assertThat(evaluation.errors().substitutions()).isEqualTo(1);
    assertThat(evaluation.errors().insertions()).isZero();
    assertThat(evaluation.errors().deletions()).isEqualTo(2);
    assertThat(evaluation.samples()).hasSize(3);
    assertThat(heard).containsExactly("evaluated epoch-0003");
  }

  @Test
  void theTraceShowsWhatAnEvaluationDidAndItsCer() throws Exception {
    // When
    evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    SpanData whole = spans("evaluate checkpoint").get(0);
    assertThat(whole.getAttributes().asMap())
        .containsEntry(SpanAttributes.RUN, TestData.RUN.value())
        .containsEntry(SpanAttributes.CHECKPOINT, "epoch-0003")
        .containsEntry(SpanAttributes.STEP, 21L)
        .containsEntry(SpanAttributes.CER, TestData.CER)
        .containsEntry(SpanAttributes.WER, TestData.WER)
        .containsEntry(SpanAttributes.UTTERANCES, 3L)
        .containsEntry(SpanAttributes.SKIPPED_UTTERANCES, 2L);
    assertThat(spans("fetch model")).hasSize(1);
    assertThat(spans("infer batch")).hasSize(1);
    assertThat(spans("score batch")).hasSize(1);
    assertThat(spans("publish evaluation")).hasSize(1);
    assertThat(TELEMETRY.getSpans())
        .filteredOn(span -> !span.equals(whole))
        .extracting(SpanData::getParentSpanId)
        .containsOnly(whole.getSpanId());
  }

  private static List<SpanData> spans(String name) {
    return TELEMETRY.getSpans().stream().filter(span -> span.getName().equals(name)).toList();
  }

  @Test
  void anEventThatAnotherEvaluatorHasJustCompletedIsNotEvaluatedAgain() throws Exception {
    // Given
    ended.add("e1");

    // When
    Evaluator.Outcome outcome = evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.LEFT_TO_OTHERS);
    assertThat(published).isEmpty();
    assertThat(records.isEmpty()).isTrue();
  }

  @Test
  void whatAnEvaluatorPublishedBeforeItDiedIsNotPublishedAgain() throws Exception {
    // Given
    brokerTakes = message -> !(message instanceof Evaluation);
    assertThatThrownBy(() -> evaluator().evaluate(untested("e1", TestData.checkpoint(3))))
        .isInstanceOf(BrokerException.class);
    assertThat(published.keySet()).containsExactly("e1/test_cer", "e1/test_wer");
    inTopics.addAll(published.keySet());
    published.clear();
    brokerTakes = message -> true;

    // When
    living = Set.of("other");
    Evaluator.Outcome outcome = evaluator("other").evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.EVALUATED);
    assertThat(published.keySet()).containsExactly("e1/evaluation");
    assertThat(records.isEmpty()).isTrue();
  }

  @Test
  void aTestThatAnotherEvaluatorHasTakenIsLeftToIt() throws Exception {
    // Given
    living = Set.of("this", "other");
    SharedTest others = tests("other").of(untested("e1", TestData.checkpoint(3)));
    assertThat(others.join(TestData.description(TestData.RUN, "r"), false)).isTrue();

    // When
    Evaluator.Outcome outcome = evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.LEFT_TO_OTHERS);
    assertThat(published).isEmpty();
    assertThat(heard).isEmpty();
  }

  @Test
  void theSameCheckpointIsEvaluatedAgainForAnotherEvent() throws Exception {
    // Given
    Evaluator evaluator = evaluator();
    evaluator.evaluate(untested("e1", TestData.checkpoint(3)));

    // When
    Evaluator.Outcome outcome = evaluator.evaluate(untested("e2", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.EVALUATED);
    assertThat(published).containsKey("e2/evaluation");
  }

  @Test
  void aRemovedCheckpointIsDeadLetteredAndTheNextOneEvaluated() throws Exception {
    // Given
    Evaluator evaluator = evaluator();
    storeFailure = new CheckpointNotFoundException("run demo has no checkpoint epoch-0003");

    // When
    Evaluator.Outcome gone = evaluator.evaluate(untested("e1", TestData.checkpoint(3)));
    storeFailure = null;
    Evaluator.Outcome next = evaluator.evaluate(untested("e2", TestData.checkpoint(4)));

    // Then
    assertThat(gone).isEqualTo(Evaluator.Outcome.DEAD_LETTERED);
    assertThat(next).isEqualTo(Evaluator.Outcome.EVALUATED);
    DeadLetter letter = (DeadLetter) published.get("e1/dead-letter");
    assertThat(letter.kind()).isEqualTo(DeadLetter.CHECKPOINT);
    assertThat(letter.run()).isEqualTo("demo");
    assertThat(letter.subject()).isEqualTo("epoch-0003");
    assertThat(letter.detail()).isEqualTo("run demo has no checkpoint epoch-0003");
    assertThat(letter.original()).contains("\"checkpoint\":\"epoch-0003\"");
    assertThat(heard).containsExactly("dead letter epoch-0003", "evaluated epoch-0004");
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorOfOneCheckpointIsDeadLetteredWithItsReasonAndTheNextOneEvaluated(
      Error error, String reason) throws Exception {
    // Given
    Evaluator evaluator = evaluator();
    storeFailure = error;

    // When
    Evaluator.Outcome failed = evaluator.evaluate(untested("e1", TestData.checkpoint(3)));
    storeFailure = null;
    Evaluator.Outcome next = evaluator.evaluate(untested("e2", TestData.checkpoint(4)));

    // Then
    assertThat(failed).isEqualTo(Evaluator.Outcome.DEAD_LETTERED);
    assertThat(((DeadLetter) published.get("e1/dead-letter")).detail()).isEqualTo(reason);
    assertThat(next).isEqualTo(Evaluator.Outcome.EVALUATED);
  }

  static List<Arguments> errors() {
    return List.of(
        Arguments.of(
            new OutOfMemoryError("Java heap space"),
            "OutOfMemoryError: Java heap space; give the evaluator more memory (-Xmx)"),
        Arguments.of(
            new NoClassDefFoundError("ai/onnxruntime/OrtSession"),
            "NoClassDefFoundError: ai/onnxruntime/OrtSession"),
        Arguments.of(
            new UnsatisfiedLinkError("no onnxruntime in java.library.path"),
            "UnsatisfiedLinkError: no onnxruntime in java.library.path"),
        Arguments.of(new StackOverflowError(), "StackOverflowError"));
  }

  @Test
  void whatFailsBecauseTheServiceEndsIsNotTheCheckpointsFault() {
    // Given
    testSets =
        (run, test, files, again) -> {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted within a library");
        };

    // When, then
    assertThatThrownBy(() -> evaluator().evaluate(untested("e1", TestData.checkpoint(3))))
        .isInstanceOf(InterruptedException.class);
    assertThat(published).isEmpty();
  }

  @Test
  void aModelOfAnotherVocabularyIsDeadLettered() throws Exception {
    // Given
    modelVocabulary = List.of("<blank>", "b", "a", "c", " ");

    // When
    Evaluator.Outcome outcome = evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.DEAD_LETTERED);
    assertThat(((DeadLetter) published.get("e1/dead-letter")).detail())
        .startsWith("label 1 is \"b\"");
    assertThat(offered).isEmpty();
  }

  @Test
  void aTestSetThatDataPrepRefusesIsDeadLetteredWithItsReason() throws Exception {
    // Given
    testSets =
        (run, test, files, again) -> {
          throw new RequestRefusedException("manifest.test: no such file");
        };

    // When
    Evaluator.Outcome outcome = evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.DEAD_LETTERED);
    assertThat(((DeadLetter) published.get("e1/dead-letter")).detail())
        .isEqualTo("manifest.test: no such file");
  }

  @Test
  void aStoreThatIsAwayLeadsToNoDeadLetter() {
    // Given
    storeFailure = new CheckpointStoreException("S3 endpoint http://s3 is not reachable");

    // When, Then
    assertThatThrownBy(() -> evaluator().evaluate(untested("e1", TestData.checkpoint(3))))
        .isSameAs(storeFailure);
    assertThat(published).isEmpty();
  }

  @Test
  void aServiceThatEndsMeanwhileLeadsToNoDeadLetter() {
    // Given
    testSets =
        (run, test, files, again) -> {
          throw new FeedClosedException();
        };

    // When, Then
    assertThatThrownBy(() -> evaluator().evaluate(untested("e1", TestData.checkpoint(3))))
        .isInstanceOf(FeedClosedException.class);
    assertThat(published).isEmpty();
  }

  @Test
  void afterAFailureInBetweenTheSameIdsArePublished() throws Exception {
    // Given
    Evaluator evaluator = evaluator();
    brokerTakes = message -> !(message instanceof Evaluation);
    assertThatThrownBy(() -> evaluator.evaluate(untested("e1", TestData.checkpoint(3))))
        .isInstanceOf(BrokerException.class);
    Set<String> before = Set.copyOf(published.keySet());
    brokerTakes = message -> true;

    // When
    Evaluator.Outcome outcome = evaluator.evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.EVALUATED);
    assertThat(before).containsExactlyInAnyOrder("e1/test_cer", "e1/test_wer");
    assertThat(published).containsOnlyKeys("e1/test_cer", "e1/test_wer", "e1/evaluation");
  }

  @Test
  void aResultThatOneEvaluatorCannotPublishIsPublishedByAnother() throws Exception {
    // Given
    living = Set.of("this", "other");
    Evaluator evaluator = evaluator();
    brokerTakes = message -> !(message instanceof Evaluation);
    assertThatThrownBy(() -> evaluator.evaluate(untested("e1", TestData.checkpoint(3))))
        .isInstanceOf(BrokerException.class);
    inTopics.addAll(published.keySet());
    published.clear();
    brokerTakes = message -> true;

    // When
    Evaluator.Outcome outcome = evaluator("other").evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.EVALUATED);
    assertThat(published).containsOnlyKeys("e1/evaluation");
  }

  @Test
  void aTestSetThatHasChangedSinceItWasDescribedIsDescribedAgainAndTested() throws Exception {
    // Given
    TestSets now = testSets;
    Queue<String> refusals = new ArrayDeque<>(List.of("manifest.test has changed"));
    testSets =
        (run, test, files, again) -> {
          if (!refusals.isEmpty()) {
            throw new RequestRefusedException(refusals.remove());
          }
          return now.open(run, test, files, again);
        };

    // When
    Evaluator.Outcome outcome = evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(outcome).isEqualTo(Evaluator.Outcome.EVALUATED);

    // When
    refusals.addAll(List.of("manifest.test has changed", "manifest.test: line 3: no JSON"));
    Evaluator.Outcome refused = evaluator().evaluate(untested("e2", TestData.checkpoint(4)));

    // Then
    assertThat(refused).isEqualTo(Evaluator.Outcome.DEAD_LETTERED);
    assertThat(((DeadLetter) published.get("e2/dead-letter")).detail())
        .isEqualTo("manifest.test: line 3: no JSON");
  }

  @Test
  void theModelDoesNotStayInTheWorkDirectory() throws Exception {
    // When
    evaluator().evaluate(untested("e1", TestData.checkpoint(3)));

    // Then
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }

  private static UntestedCheckpoint untested(String event, CheckpointCommitted checkpoint) {
    return new UntestedCheckpoint(event, checkpoint, Context.root());
  }

  private Evaluator evaluator() throws IOException {
    return evaluator("this");
  }

  private Evaluator evaluator(String name) throws IOException {
    FakeCheckpoints checkpoints = new FakeCheckpoints();
    return new Evaluator(
        tests(name),
        new RangeScoring(
            checkpoints,
            (run, test, files, again) -> testSets.open(run, test, files, again),
            new ModelEvaluation(10, ComputeDevice.cpu(1), tracing),
            ended::contains,
            Files.createDirectories(folder.resolve("work")),
            tracing),
        checkpoints,
        new EvaluationPublisher(
            (message, id) -> {
              if (!brokerTakes.test(message)) {
                throw new BrokerException("the broker is away");
              }
              published.put(id, message);
            },
            () -> inTopics,
            CLOCK),
        new RecordingListener(),
        tracing,
        CLOCK);
  }

  private SharedTests tests(String name) {
    return new SharedTests(records, name, () -> living, CLOCK, System::nanoTime);
  }

  private final class FakeCheckpoints implements CheckpointReader {
    @Override
    public Path fetchModel(CheckpointCommitted checkpoint, Path directory) {
      if (storeFailure != null) {
        if (storeFailure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) storeFailure;
      }
      try {
        return EchoModel.write(directory.resolve("model.onnx"), modelVocabulary);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void offerBest(CheckpointCommitted checkpoint, double cer) {
      offered.add(checkpoint.checkpoint() + " " + cer);
    }
  }

  private final class RecordingListener implements EvaluationListener {
    @Override
    public void evaluated(Evaluation evaluation) {
      heard.add("evaluated " + evaluation.checkpoint());
    }

    @Override
    public void deadLettered(CheckpointCommitted checkpoint, String reason, Throwable failure) {
      heard.add("dead letter " + checkpoint.checkpoint());
    }
  }
}
