package deepspeech.evaluator.evaluation;

import deepspeech.broker.BrokerException;
import deepspeech.broker.feed.FeedClosedException;
import deepspeech.broker.feed.NoAnswerException;
import deepspeech.broker.feed.RequestRefusedException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.evaluator.testset.TestSet;
import deepspeech.evaluator.testset.TestSets;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the event of a checkpoint into an evaluation. Every message that it publishes has an id
 * that is derived from the event's id, and the evaluation is published last. An event that is
 * delivered again, even after a crash at any point, therefore leads to one evaluation.
 *
 * <p>Not thread-safe.
 */
public final class Evaluator {
  /** The outcome of an event. */
  public enum Outcome {
    EVALUATED,
    /** The run has {@code test_off}. */
    NOT_TESTED,
    /** The event was evaluated before. */
    KNOWN,
    /** The checkpoint cannot be evaluated. The dead letter gives the reason. */
    DEAD_LETTERED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

  private final CheckpointReader checkpoints;
  private final TestSets testSets;
  private final ModelEvaluation modelEvaluation;
  private final EventSink sink;
  private final Set<String> published;
  private final Path workDirectory;
  private final EvaluationListener listener;
  private final Tracing tracing;
  private final Clock clock;

  /**
   * Creates an evaluator.
   *
   * @param published ids of the evaluations and of their metric points that are already published;
   *     new ids are added
   * @param workDirectory directory for the model under test
   * @param tracing records an evaluation in the current trace
   */
  public Evaluator(
      CheckpointReader checkpoints,
      TestSets testSets,
      ModelEvaluation modelEvaluation,
      EventSink sink,
      Set<String> published,
      Path workDirectory,
      EvaluationListener listener,
      Tracing tracing,
      Clock clock) {
    this.checkpoints = checkpoints;
    this.testSets = testSets;
    this.modelEvaluation = modelEvaluation;
    this.sink = sink;
    this.published = published;
    this.workDirectory = workDirectory;
    this.listener = listener;
    this.tracing = tracing;
    this.clock = clock;
  }

  /**
   * Evaluates a checkpoint, or dead-letters it if that cannot succeed. Returns when all published
   * messages are acknowledged. An {@link Error} also counts as a failure of this checkpoint alone:
   * the next one is tested. Use {@code -XX:+ExitOnOutOfMemoryError} if the process must end when
   * memory runs out.
   *
   * @param eventId {@code ce_id} of the event
   * @throws BrokerException if the broker fails; the same event may succeed later, as in the next
   *     cases
   * @throws CheckpointStoreException if the store fails
   * @throws NoAnswerException if data-prep does not answer
   * @throws FeedClosedException if the service stops meanwhile
   * @throws UncheckedIOException if the work directory cannot be written to
   */
  public Outcome evaluate(String eventId, CheckpointCommitted checkpoint)
      throws InterruptedException {
    if (checkpoint.test() == null) {
      return Outcome.NOT_TESTED;
    }
    String evaluationId = eventId + "/evaluation";
    if (published.contains(evaluationId)) {
      return Outcome.KNOWN;
    }
    return tracing.within(
        tracing
            .span("evaluate checkpoint")
            .setSpanKind(SpanKind.CONSUMER)
            .setAllAttributes(
                SpanAttributes.checkpoint(
                    checkpoint.run(), checkpoint.checkpoint(), checkpoint.step())),
        () -> evaluate(eventId, evaluationId, checkpoint));
  }

  private Outcome evaluate(String eventId, String evaluationId, CheckpointCommitted checkpoint)
      throws InterruptedException {
    Evaluation evaluation;
    try {
      evaluation = test(checkpoint);
      checkpoints.offerBest(checkpoint, evaluation.cer());
    } catch (CheckpointNotFoundException | DamagedCheckpointException e) {
      return deadLetter(eventId, checkpoint, e);
    } catch (BrokerException
        | FeedClosedException
        | NoAnswerException
        | CheckpointStoreException
        | UncheckedIOException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      return deadLetter(eventId, checkpoint, e);
    }
    show(evaluation, Span.current());
    tracing.within(
        tracing.span("publish evaluation").setSpanKind(SpanKind.PRODUCER),
        () -> {
          publish(eventId, evaluationId, evaluation);
          return null;
        });
    listener.evaluated(evaluation);
    return Outcome.EVALUATED;
  }

  private static void show(Evaluation evaluation, Span span) {
    span.setAttribute(SpanAttributes.CER, evaluation.cer())
        .setAttribute(SpanAttributes.UTTERANCES, (long) evaluation.errors().utterances())
        .setAttribute(SpanAttributes.SKIPPED_UTTERANCES, (long) evaluation.errors().skipped());
    if (evaluation.wer() != null) {
      span.setAttribute(SpanAttributes.WER, evaluation.wer());
    }
  }

  private void publish(String eventId, String evaluationId, Evaluation evaluation)
      throws InterruptedException {
    publishPoint(eventId, evaluation, MetricName.TEST_CER, evaluation.cer());
    if (evaluation.wer() != null) {
      publishPoint(eventId, evaluation, MetricName.TEST_WER, evaluation.wer());
    }
    publishOnce(evaluation, evaluationId);
  }

  private Evaluation test(CheckpointCommitted checkpoint) throws InterruptedException {
    long start = System.nanoTime();
    TestResult result;
    Path model =
        tracing.within(
            tracing.span("fetch model"), () -> checkpoints.fetchModel(checkpoint, workDirectory));
    try {
      result = test(checkpoint, model);
    } finally {
      delete(model);
    }
    return new Evaluation(
        TestedCheckpoint.of(checkpoint),
        new TestErrors(
            result.cer(),
            result.wer().isPresent() ? result.wer().getAsDouble() : null,
            result.utterances(),
            result.skipped(),
            result.referenceCharacters(),
            result.edits().substitutions(),
            result.edits().insertions(),
            result.edits().deletions()),
        result.samples(),
        new TestTiming((System.nanoTime() - start) / 1e9, checkpoint.time(), clock.instant()));
  }

  private TestResult test(CheckpointCommitted checkpoint, Path model) throws InterruptedException {
    try {
      return testOnce(checkpoint, model);
    } catch (RequestRefusedException e) {
      // A file has changed since the data set was described. The present files are described again.
      LOG.info(
          "run {} {}: test repeated, because a file has changed: {}",
          checkpoint.run(),
          checkpoint.checkpoint(),
          e.getMessage());
      return testOnce(checkpoint, model);
    }
  }

  private TestResult testOnce(CheckpointCommitted checkpoint, Path model)
      throws InterruptedException {
    try (TestSet testSet =
        testSets.open(
            checkpoint.run(), checkpoint.test(), checkpoint.provenance().files(Split.TEST))) {
      return modelEvaluation.run(model, testSet);
    }
  }

  private void publishPoint(String eventId, Evaluation evaluation, MetricName name, double value)
      throws InterruptedException {
    publishOnce(
        new MetricPoint(
            evaluation.run(),
            name,
            value,
            evaluation.step(),
            evaluation.epoch(),
            evaluation.batch(),
            evaluation.time()),
        eventId + "/" + name);
  }

  /**
   * Publishes a message unless it is published already. An evaluator that was killed may have
   * published only some of the messages of an event.
   */
  private void publishOnce(Object message, String id) throws InterruptedException {
    if (!published.contains(id)) {
      sink.publish(message, id);
      published.add(id);
    }
  }

  private Outcome deadLetter(String eventId, CheckpointCommitted checkpoint, Throwable failure)
      throws InterruptedException {
    if (Thread.interrupted()) {
      // The service is stopping, so the failure says nothing about the checkpoint.
      throw new InterruptedException("closed during an evaluation");
    }
    String reason = reason(failure);
    Span.current().setStatus(StatusCode.ERROR, reason);
    sink.publish(
        DeadLetter.rejected(
            DeadLetter.CHECKPOINT,
            checkpoint.run(),
            checkpoint.checkpoint().toString(),
            reason,
            Json.write(checkpoint),
            clock.instant()),
        eventId + "/dead-letter");
    listener.deadLettered(checkpoint, reason, failure);
    return Outcome.DEAD_LETTERED;
  }

  private static String reason(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    String message = failure.getMessage();
    if (message == null) {
      return name;
    }
    if (failure instanceof OutOfMemoryError) {
      return "%s: %s; give the evaluator more memory (-Xmx)".formatted(name, message);
    }
    // The message of an Error, such as for a missing class, says little without the name of the
    // Error.
    return failure instanceof Error ? "%s: %s".formatted(name, message) : message;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
