package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.model.TrainableModel;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.run.RunId;
import deepspeech.messages.tensor.Tensor;
import deepspeech.operations.logging.LogContext;
import deepspeech.trainer.training.CheckpointSink;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.TakenOverException;
import deepspeech.trainer.training.TrainingState;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Publishes checkpoints on its own thread while training continues. The training thread copies the
 * weights and the optimiser state into JVM memory. At most one copy exists at a time: a checkpoint
 * that is due while the previous one is still being published waits.
 */
public final class CheckpointWriter implements CheckpointSink, AutoCloseable {
  /** Key in {@code checkpoint.json} for the time at which the training state was copied. */
  static final String TAKEN_AT = "taken_at";

  private final RunId run;
  private final TrainableModel recogniser;
  private final DataSetDescription data;
  private final Provenance provenance;
  private final CheckpointStore store;
  private final WorkDirectory workDirectory;
  private final Runnable requireTenure;
  private final Consumer<CommittedCheckpoint> published;
  private final Tracing tracing;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "checkpoint-writer"));
  private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

  /**
   * Creates the writer for the checkpoints of one run.
   *
   * @param provenance written to {@code checkpoint.json} only, so that equal states give equal
   *     files
   * @param workDirectory the directory in which the files are created; they are deleted afterwards
   * @param requireTenure throws a {@link TakenOverException} if another trainer holds the run
   * @param published receives each checkpoint that is complete in the store, on the writer's thread
   * @param tracing records a checkpoint in the trace that is current when it is made
   */
  public CheckpointWriter(
      RunId run,
      TrainableModel recogniser,
      DataSetDescription data,
      Provenance provenance,
      CheckpointStore store,
      WorkDirectory workDirectory,
      Runnable requireTenure,
      Consumer<CommittedCheckpoint> published,
      Tracing tracing) {
    this.run = run;
    this.recogniser = recogniser;
    this.data = data;
    this.provenance = provenance;
    this.store = store;
    this.workDirectory = workDirectory;
    this.requireTenure = requireTenure;
    this.published = published;
    this.tracing = tracing;
  }

  @Override
  public void publish(TrainingState state) throws InterruptedException {
    awaitPublished();
    long begin = System.nanoTime();
    Instant takenAt = Instant.now();
    Span span = span(state);
    Context trace = Context.current().with(span);
    Copy copy =
        tracing.within(
            tracing.span("copy").setParent(trace),
            () -> new Copy(recogniser.parameters(), recogniser.optimizerState()));
    underWay =
        CompletableFuture.runAsync(
                trace.wrap(
                    () -> {
                      CheckpointId id = state.checkpoint();
                      LogContext context = LogContext.of(run, id.epoch(), id.batch());
                      try {
                        StoredCheckpoint stored = writeAndUpload(state, takenAt, copy);
                        span.setAttribute(SpanAttributes.BYTES, stored.size());
                        tell(
                            new CommittedCheckpoint(
                                state, stored, Duration.ofNanos(System.nanoTime() - begin)));
                      } finally {
                        context.close();
                      }
                    }),
                thread)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    Tracing.failed(span, failure.getCause());
                  }
                  span.end();
                });
  }

  /** The weights and the optimiser state at the time of the checkpoint. */
  private record Copy(Map<String, Tensor> parameters, AdamState optimizer) {}

  private Span span(TrainingState state) {
    return tracing
        .span("checkpoint")
        .setAllAttributes(SpanAttributes.checkpoint(run, state.checkpoint(), state.step()))
        .startSpan();
  }

  private void tell(CommittedCheckpoint checkpoint) {
    tracing.run(
        tracing.span("publish").setSpanKind(SpanKind.PRODUCER), () -> published.accept(checkpoint));
  }

  @Override
  public void awaitPublished() throws InterruptedException {
    try {
      underWay.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TakenOverException takenOver) {
        throw takenOver;
      }
      throw new RunFailedException(
          "checkpoint not published: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private StoredCheckpoint writeAndUpload(TrainingState state, Instant takenAt, Copy copy) {
    Path directory = workDirectory.path().resolve(run + "-" + state.checkpoint());
    try {
      List<CheckpointSource> files =
          tracing.within(
              tracing.span("write"),
              () -> workDirectory.patiently(() -> write(directory, state, copy)));
      requireTenure.run();
      return tracing.within(tracing.span("upload"), () -> upload(state, takenAt, files));
    } catch (IOException e) {
      throw new CheckpointStoreException("%s: cannot write: %s".formatted(directory, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointStoreException(directory + ": interrupted while it was written", e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  private List<CheckpointSource> write(Path directory, TrainingState state, Copy copy)
      throws IOException {
    Files.createDirectories(directory);
    return CheckpointFiles.write(directory, state, copy.parameters(), copy.optimizer(), data);
  }

  private StoredCheckpoint upload(
      TrainingState state, Instant takenAt, List<CheckpointSource> files) {
    Map<String, String> metadata = new TreeMap<>(provenance.values());
    metadata.put(CheckpointAnnouncement.STEP, String.valueOf(state.step()));
    metadata.put(TAKEN_AT, takenAt.toString());
    metadata.put("fingerprint", state.fingerprint());
    StoredCheckpoint stored = store.publish(run, state.checkpoint(), files, metadata);
    requireTenure.run();
    store.moveLatest(run, state.checkpoint());
    return stored;
  }

  /** Closes the writer without waiting. An upload in progress still completes. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
