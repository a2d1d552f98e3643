package deepspeech.evaluator.evaluation;

import deepspeech.broker.BrokerException;
import deepspeech.broker.feed.FeedClosedException;
import deepspeech.broker.feed.NoAnswerException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.scoring.CorpusCounts;
import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.evaluator.sharing.SharedTest;
import deepspeech.evaluator.sharing.SharedTests;
import deepspeech.evaluator.sharing.TestCounts;
import deepspeech.evaluator.sharing.TestTakenOverException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests checkpoints together with the other evaluators. One of them publishes the result of each
 * checkpoint, after a crash at any point another one, so each event leads to one evaluation or one
 * dead letter.
 *
 * <p>Not thread-safe.
 */
public final class Evaluator {
  /** What this evaluator has contributed. */
  public enum Outcome {
    EVALUATED,
    /** Other evaluators complete the test, or have completed it. */
    LEFT_TO_OTHERS,
    /** The checkpoint cannot be evaluated. The dead letter gives the reason. */
    DEAD_LETTERED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

  private final SharedTests tests;
  private final RangeScoring scoring;
  private final CheckpointReader checkpoints;
  private final EvaluationPublisher publisher;
  private final EvaluationListener listener;
  private final Tracing tracing;
  private final Clock clock;

  /**
   * Creates an evaluator.
   *
   * @param tracing records an evaluation in the current trace
   */
  public Evaluator(
      SharedTests tests,
      RangeScoring scoring,
      CheckpointReader checkpoints,
      EvaluationPublisher publisher,
      EvaluationListener listener,
      Tracing tracing,
      Clock clock) {
    this.tests = tests;
    this.scoring = scoring;
    this.checkpoints = checkpoints;
    this.publisher = publisher;
    this.listener = listener;
    this.tracing = tracing;
    this.clock = clock;
  }

  /**
   * Evaluates a checkpoint as far as other evaluators leave something to do, or dead-letters it if
   * that cannot succeed. Returns when all published messages are acknowledged. An {@link Error}
   * also counts as a failure of this checkpoint alone: the next one is tested. Use {@code
   * -XX:+ExitOnOutOfMemoryError} if the process must end when memory runs out.
   *
   * @throws BrokerException if the broker fails; the same event may succeed later, as in the next
   *     cases
   * @throws CheckpointStoreException if the store fails
   * @throws NoAnswerException if data-prep does not answer
   * @throws FeedClosedException if the service stops meanwhile
   * @throws UncheckedIOException if the work directory cannot be written to
   */
  public Outcome evaluate(UntestedCheckpoint untested) throws InterruptedException {
    CheckpointCommitted checkpoint = untested.checkpoint();
    return tracing.within(
        tracing
            .span("evaluate checkpoint")
            .setSpanKind(SpanKind.CONSUMER)
            .setAllAttributes(
                SpanAttributes.checkpoint(
                    checkpoint.run(), checkpoint.checkpoint(), checkpoint.step())),
        () -> evaluate(tests.of(untested), untested));
  }

  private Outcome evaluate(SharedTest test, UntestedCheckpoint untested)
      throws InterruptedException {
    try {
      return contribute(test, untested);
    } catch (TestTakenOverException e) {
      LOG.info("{}", e.getMessage());
      return Outcome.LEFT_TO_OTHERS;
    } catch (BrokerException
        | FeedClosedException
        | NoAnswerException
        | CheckpointStoreException
        | UncheckedIOException e) {
      // Another evaluator may have what this one lacks.
      test.leave();
      throw e;
    }
  }

  private Outcome contribute(SharedTest test, UntestedCheckpoint untested)
      throws InterruptedException {
    Optional<Evaluation> evaluation;
    try {
      evaluation = result(test, untested);
    } catch (CheckpointNotFoundException | DamagedCheckpointException e) {
      return deadLetter(test, untested, e);
    } catch (BrokerException
        | FeedClosedException
        | NoAnswerException
        | CheckpointStoreException
        | UncheckedIOException
        | TestTakenOverException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      return deadLetter(test, untested, e);
    }
    if (evaluation.isEmpty()) {
      return leave(test, untested);
    }
    show(evaluation.get(), Span.current());
    tracing.within(
        tracing.span("publish evaluation").setSpanKind(SpanKind.PRODUCER),
        () -> {
          publisher.publish(test, untested.event(), evaluation.get());
          return null;
        });
    test.end();
    listener.evaluated(evaluation.get());
    return Outcome.EVALUATED;
  }

  private Outcome leave(SharedTest test, UntestedCheckpoint untested) throws InterruptedException {
    if (scoring.isTested(untested)) {
      // This evaluator may have begun the test again just when the result was published.
      test.end();
    }
    return Outcome.LEFT_TO_OTHERS;
  }

  /** The result, if it is this evaluator that has to publish it. */
  private Optional<Evaluation> result(SharedTest test, UntestedCheckpoint untested)
      throws InterruptedException {
    scoring.score(test, untested);
    if (!test.isMineToConclude() || scoring.isTested(untested)) {
      return Optional.empty();
    }
    Evaluation evaluation = evaluation(test, untested.checkpoint());
    checkpoints.offerBest(untested.checkpoint(), evaluation.cer());
    return Optional.of(evaluation);
  }

  private Evaluation evaluation(SharedTest test, CheckpointCommitted checkpoint) {
    TestCounts result = test.result(scoring.samples());
    CorpusCounts corpus = result.corpus();
    EditCounts edits = corpus.characters().edits();
    OptionalDouble wer = corpus.wer();
    Instant end = clock.instant();
    return new Evaluation(
        TestedCheckpoint.of(checkpoint),
        new TestErrors(
            corpus.cer(),
            wer.isPresent() ? wer.getAsDouble() : null,
            corpus.utterances(),
            result.skipped(),
            corpus.characters().reference(),
            edits.substitutions(),
            edits.insertions(),
            edits.deletions()),
        result.samples(),
        // The clocks of two evaluators may differ.
        new TestTiming(
            Math.max(0, Duration.between(test.begunAt(), end).toNanos() / 1e9),
            checkpoint.time(),
            end));
  }

  private static void show(Evaluation evaluation, Span span) {
    span.setAttribute(SpanAttributes.CER, evaluation.cer())
        .setAttribute(SpanAttributes.UTTERANCES, (long) evaluation.errors().utterances())
        .setAttribute(SpanAttributes.SKIPPED_UTTERANCES, (long) evaluation.errors().skipped());
    if (evaluation.wer() != null) {
      span.setAttribute(SpanAttributes.WER, evaluation.wer());
    }
  }

  private Outcome deadLetter(SharedTest test, UntestedCheckpoint untested, Throwable failure)
      throws InterruptedException {
    if (Thread.interrupted()) {
      // The service is stopping, so the failure says nothing about the checkpoint.
      throw new InterruptedException("closed during an evaluation");
    }
    if (!test.conclude() || scoring.isTested(untested)) {
      return leave(test, untested);
    }
    String reason = reason(failure);
    Span.current().setStatus(StatusCode.ERROR, reason);
    publisher.deadLetter(test, untested, reason);
    test.end();
    listener.deadLettered(untested.checkpoint(), reason, failure);
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
}
