package deepspeech.evaluator.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.feed.FeedClosedException;
import deepspeech.broker.feed.NoAnswerException;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.CheckpointProgress;
import deepspeech.evaluator.evaluation.Evaluator;
import deepspeech.evaluator.evaluation.EventSink;
import deepspeech.evaluator.testset.TestTopicSweep;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.identity.RunId;
import deepspeech.runtime.logging.LogContext;
import deepspeech.runtime.retry.Backoff;
import deepspeech.runtime.retry.RetryPolicy;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates checkpoints on a single thread, one after the other in the order of their events.
 * Between evaluations it deletes test topics that are no longer needed. An evaluation that fails
 * because of the broker, the store or data-prep is retried until it succeeds. No event is lost.
 * Health checks, the backlog and the warnings of the run show the delay.
 */
public final class EvaluationWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationWorker.class);
  private static final RetryPolicy RETRY =
      RetryPolicy.forever(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30)));

  private final Evaluator evaluator;
  private final EventSink sink;
  private final TestTopicSweep sweep;
  private final CheckpointProgress progress;
  private final EvaluationStatus status;
  private final Consumer<RunId> ended;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread worker = new Thread(task, "evaluation");
            worker.setDaemon(true);
            return worker;
          });

  /**
   * Creates an idle worker.
   *
   * @param ended receives each run that has ended and whose last checkpoint is processed
   */
  public EvaluationWorker(
      Evaluator evaluator,
      EventSink sink,
      TestTopicSweep sweep,
      CheckpointProgress progress,
      EvaluationStatus status,
      Consumer<RunId> ended,
      Clock clock) {
    this.evaluator = evaluator;
    this.sink = sink;
    this.sweep = sweep;
    this.progress = progress;
    this.status = status;
    this.ended = ended;
    this.clock = clock;
  }

  /**
   * Starts the periodic check of test topics and backlog.
   *
   * @param interval pause between two checks
   */
  public void start(Duration interval) {
    var unused =
        thread.scheduleWithFixedDelay(
            this::checkTopicsAndBacklog, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Queues an event.
   *
   * @return future that completes when all messages that result from the event are acknowledged; it
   *     completes exceptionally only if the worker is closed before that
   */
  public CompletableFuture<Void> submit(ConsumerRecord<String, byte[]> record) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            work(record);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("closed during an evaluation", e);
          } finally {
            status.ends();
          }
        },
        thread);
  }

  private void work(ConsumerRecord<String, byte[]> record) throws InterruptedException {
    RETRY.call(() -> take(record), this::isRetried);
  }

  private boolean isRetried(Throwable failure, Duration pause) throws InterruptedException {
    if (failure instanceof FeedClosedException) {
      return false;
    }
    String line = failure.getMessage();
    if (!isUnavailable(failure)) {
      // The result of the evaluation could not be published. If rethrown, the exception would end
      // the channel.
      if (Thread.interrupted()) {
        throw new InterruptedException("closed during an evaluation");
      }
      LOG.error("unexpected failure of the evaluator", failure);
      line = "unexpected failure of the evaluator: " + failure;
    }
    status.hinderedBy(line);
    LOG.warn("the evaluation will be retried in {} s: {}", pause.toSeconds(), line);
    return true;
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof BrokerException
        || failure instanceof CheckpointStoreException
        || failure instanceof NoAnswerException
        || failure instanceof UncheckedIOException;
  }

  private Void take(ConsumerRecord<String, byte[]> record) throws InterruptedException {
    String place = "%s/%d/%d".formatted(record.topic(), record.partition(), record.offset());
    LogContext context = null;
    try {
      ReceivedEvent<CheckpointCommitted> event =
          ReceivedEvent.read(record, CheckpointCommitted.class);
      CheckpointCommitted checkpoint = event.body();
      context = LogContext.of(checkpoint.run(), checkpoint.epoch(), checkpoint.batch());
      String id = event.attributes().map(CloudEvent::id).orElse(place);
      status.begins(id, checkpoint);
      Evaluator.Outcome outcome =
          Tracing.at(TraceHeaders.read(record.headers()), () -> evaluator.evaluate(id, checkpoint));
      LOG.debug("{}: {}", place, outcome);
    } catch (InvalidMessageException e) {
      LOG.warn("unreadable checkpoint event: {}", e.getMessage());
      sink.publish(
          DeadLetter.unreadable(
              DeadLetter.CHECKPOINT,
              record.key(),
              place,
              e.getMessage(),
              record.value(),
              clock.instant()),
          place + "/dead-letter");
    } finally {
      if (context != null) {
        context.close();
      }
    }
    return null;
  }

  private void checkTopicsAndBacklog() {
    try {
      status.update(progress);
      sweep
          .sweep()
          .forEach(
              run -> {
                LOG.info("run {} has ended: its test features are deleted", run);
                ended.accept(run);
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokerException e) {
      LOG.warn("{}", e.getMessage());
    } catch (RuntimeException | Error e) {
      // If rethrown, the exception would end the periodic check for good.
      LOG.error("cleaning up test topics and measuring the backlog failed", e);
    }
  }

  /** Interrupts an evaluation and waits for its end, up to 10 s. Its event stays unacknowledged. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("the evaluation of {} is abandoned", status.checkpoint().orElse("a checkpoint"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
