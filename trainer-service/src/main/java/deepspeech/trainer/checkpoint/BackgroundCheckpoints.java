package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.model.ModelState;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.runtime.logging.LogContext;
import deepspeech.trainer.training.CheckpointSink;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.TakenOverException;
import deepspeech.trainer.training.TrainingState;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits checkpoints on its own thread while training continues. The training thread copies the
 * weights, the optimiser state and the moving average into JVM memory. At most one copy exists at a
 * time: a checkpoint that is due while the previous one is still being committed waits.
 */
public final class BackgroundCheckpoints implements CheckpointSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundCheckpoints.class);
  private static final Duration CLOSE_LIMIT = Duration.ofMinutes(1);

  private final RunId run;
  private final TrainableModel model;
  private final EpochWindow epochs;
  private final CheckpointCommitter committer;
  private final Tracing tracing;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "checkpoint-writer"));
  private CompletableFuture<Void> inProgress = CompletableFuture.completedFuture(null);

  /**
   * Creates the thread for the checkpoints of one run.
   *
   * @param epochs collects the weights at the ends of epochs
   * @param committer called on that thread
   * @param tracing records a checkpoint in the trace that is current when it is made
   */
  public BackgroundCheckpoints(
      RunId run,
      TrainableModel model,
      EpochWindow epochs,
      CheckpointCommitter committer,
      Tracing tracing) {
    this.run = run;
    this.model = model;
    this.epochs = epochs;
    this.committer = committer;
    this.tracing = tracing;
  }

  @Override
  public void commit(TrainingState state) throws InterruptedException {
    awaitCommitted();
    long begin = System.nanoTime();
    Instant takenAt = Instant.now();
    Span span = span(state);
    Context trace = Context.current().with(span);
    CheckpointCopy copy =
        tracing.within(
            tracing.span("copy").setParent(trace),
            () -> {
              ModelState copied = model.state();
              return new CheckpointCopy(
                  state,
                  takenAt,
                  begin,
                  copied,
                  epochs.at(state.checkpoint(), copied.parameters()));
            });
    inProgress =
        CompletableFuture.runAsync(trace.wrap(() -> commit(copy)), thread)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    Tracing.failed(span, failure.getCause());
                  }
                  span.end();
                });
  }

  private Span span(TrainingState state) {
    return tracing
        .span("checkpoint")
        .setAllAttributes(SpanAttributes.checkpoint(run, state.checkpoint(), state.step()))
        .startSpan();
  }

  private void commit(CheckpointCopy copy) {
    CheckpointId id = copy.state().checkpoint();
    LogContext context = LogContext.of(run, id.epoch(), id.batch());
    try {
      committer.commit(copy);
    } finally {
      context.close();
    }
  }

  @Override
  public void awaitCommitted() throws InterruptedException {
    try {
      inProgress.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TakenOverException takenOver) {
        throw takenOver;
      }
      throw new RunFailedException(
          "checkpoint not committed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * Ends the thread. Waits some time for an upload in progress, because nothing may be committed
   * once the run is released.
   */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("run {}: the upload of a checkpoint is abandoned", run);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
