package deepspeech.evaluator.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.feed.FeedClosedException;
import deepspeech.broker.feed.NoAnswerException;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.evaluation.Evaluator;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.runtime.logging.LogContext;
import deepspeech.runtime.retry.Backoff;
import deepspeech.runtime.retry.RetryPolicy;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates checkpoints on a single thread, as long as the service lives. Between evaluations it
 * reads what is to be done. Whatever fails because of the broker, the store or data-prep is tried
 * again until it succeeds; other checkpoints are evaluated meanwhile. No event is lost. Health
 * checks, the backlog and the warnings of the run show the delay.
 */
public final class EvaluationWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationWorker.class);
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration CLOSING_LIMIT = Duration.ofSeconds(25);
  private static final RetryPolicy RETRY =
      RetryPolicy.forever(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30)));

  /** What is to be done, between evaluations. */
  interface Work {
    /** Does what is due besides evaluations, and chooses the next checkpoint to evaluate. */
    Optional<UntestedCheckpoint> next() throws InterruptedException;
  }

  private final Work work;
  private final Evaluator evaluator;
  private final EvaluationStatus status;
  private final Thread thread = new Thread(this::run, "evaluation");

  /** Creates an idle worker. */
  public EvaluationWorker(Work work, Evaluator evaluator, EvaluationStatus status) {
    this.work = work;
    this.evaluator = evaluator;
    this.status = status;
    thread.setDaemon(true);
  }

  /** Starts to evaluate. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Optional<UntestedCheckpoint> next = RETRY.call(work::next, this::isRetried);
        status.hinderedBy(null);
        if (next.isPresent()) {
          evaluate(next.get());
        } else {
          TimeUnit.NANOSECONDS.sleep(IDLE.toNanos());
        }
      }
    } catch (InterruptedException | FeedClosedException e) {
      LOG.debug("the evaluator ends");
    }
  }

  private boolean isRetried(Throwable failure, Duration pause) throws InterruptedException {
    String line = line(failure);
    status.hinderedBy(line);
    LOG.warn("the evaluator tries again in {} s: {}", pause.toSeconds(), line);
    return true;
  }

  private void evaluate(UntestedCheckpoint untested) throws InterruptedException {
    CheckpointCommitted checkpoint = untested.checkpoint();
    LogContext context = LogContext.of(checkpoint.run(), checkpoint.epoch(), checkpoint.batch());
    try {
      status.begins(untested);
      Evaluator.Outcome outcome = Tracing.at(untested.trace(), () -> evaluator.evaluate(untested));
      LOG.debug("{}: {}", untested.event(), outcome);
      status.ends();
    } catch (FeedClosedException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      String line = line(e);
      Duration pause = status.failed(line);
      LOG.warn("the evaluation will be tried again in {} s: {}", pause.toSeconds(), line);
    } finally {
      context.close();
    }
  }

  /** The reason of a failure in one line. An unexpected failure is logged. */
  private static String line(Throwable failure) throws InterruptedException {
    if (isUnavailable(failure)) {
      return failure.getMessage();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("closed during an evaluation");
    }
    // If rethrown, the exception would end the thread.
    LOG.error("unexpected failure of the evaluator", failure);
    return "unexpected failure of the evaluator: " + failure;
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof BrokerException
        || failure instanceof CheckpointStoreException
        || failure instanceof NoAnswerException
        || failure instanceof UncheckedIOException;
  }

  /** False if the thread has ended, which only {@link #close} should do. */
  boolean isAlive() {
    return thread.getState() == Thread.State.NEW || thread.isAlive();
  }

  /** Interrupts an evaluation and waits for its end, up to 25 s. Another evaluator repeats it. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSING_LIMIT.toMillis());
      if (thread.isAlive()) {
        LOG.warn("the evaluation of {} is abandoned", status.checkpoint().orElse("a checkpoint"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
