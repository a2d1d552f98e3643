package deepspeech.trainer.checkpoint;

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
import deepspeech.trainer.model.Recogniser;
import deepspeech.trainer.optimizer.AdamState;
import deepspeech.trainer.training.Checkpoints;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.TakenOverException;
import deepspeech.trainer.training.TrainingState;
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
 * Publishes checkpoints on a thread of its own while training goes on. The training thread copies
 * weights and optimiser into the JVM's memory; one copy at most is there at a time, so a checkpoint
 * that is due while the one before is still on its way waits.
 */
public final class CheckpointWriter implements Checkpoints, AutoCloseable {
  /** What {@code checkpoint.json} calls the time at which training stood where it is. */
  static final String TAKEN_AT = "taken_at";

  private final RunId run;
  private final Recogniser recogniser;
  private final DataSetDescription data;
  private final Provenance provenance;
  private final CheckpointStore store;
  private final WorkDirectory workDirectory;
  private final Runnable requireTenure;
  private final Consumer<PublishedCheckpoint> published;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "checkpoint-writer"));
  private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

  /**
   * Writes the checkpoints of one run.
   *
   * @param provenance goes into {@code checkpoint.json} alone: the files of equal states are equal
   * @param workDirectory where the files are made; they go afterwards
   * @param requireTenure throws a {@link TakenOverException} if the run is another trainer's
   * @param published is told of each one that is complete in the store, on the writer's thread
   */
  public CheckpointWriter(
      RunId run,
      Recogniser recogniser,
      DataSetDescription data,
      Provenance provenance,
      CheckpointStore store,
      WorkDirectory workDirectory,
      Runnable requireTenure,
      Consumer<PublishedCheckpoint> published) {
    this.run = run;
    this.recogniser = recogniser;
    this.data = data;
    this.provenance = provenance;
    this.store = store;
    this.workDirectory = workDirectory;
    this.requireTenure = requireTenure;
    this.published = published;
  }

  @Override
  public void publish(TrainingState state) throws InterruptedException {
    awaitPublished();
    long begin = System.nanoTime();
    Instant takenAt = Instant.now();
    Map<String, Tensor> parameters = recogniser.parameters();
    AdamState optimizer = recogniser.optimizerState();
    underWay =
        CompletableFuture.runAsync(
            () -> {
              CheckpointId id = state.checkpoint();
              LogContext context = LogContext.of(run, id.epoch(), id.batch());
              try {
                StoredCheckpoint stored = upload(state, takenAt, parameters, optimizer);
                published.accept(
                    new PublishedCheckpoint(
                        state, stored, Duration.ofNanos(System.nanoTime() - begin)));
              } finally {
                context.close();
              }
            },
            thread);
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

  private StoredCheckpoint upload(
      TrainingState state, Instant takenAt, Map<String, Tensor> parameters, AdamState optimizer) {
    Path directory = workDirectory.path().resolve(run + "-" + state.checkpoint());
    try {
      List<CheckpointSource> files =
          workDirectory.patiently(
              () -> {
                Files.createDirectories(directory);
                return CheckpointFiles.write(directory, state, parameters, optimizer, data);
              });
      requireTenure.run();
      Map<String, String> metadata = new TreeMap<>(provenance.values());
      metadata.put(CheckpointAnnouncement.STEP, String.valueOf(state.step()));
      metadata.put(TAKEN_AT, takenAt.toString());
      metadata.put("fingerprint", state.fingerprint());
      StoredCheckpoint stored = store.publish(run, state.checkpoint(), files, metadata);
      requireTenure.run();
      store.moveLatest(run, state.checkpoint());
      return stored;
    } catch (IOException e) {
      throw new CheckpointStoreException("%s: cannot write: %s".formatted(directory, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointStoreException(directory + ": interrupted while it was written", e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  /** Lets the upload that is under way come to its end. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
