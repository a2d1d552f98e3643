package deepspeech.trainer.checkpoint;

import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointConflictException;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.trainer.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the files of checkpoints and uploads them. */
public final class CheckpointWriter {
  /** Key in {@code checkpoint.json} for the time at which the training state was copied. */
  static final String TAKEN_AT = "taken_at";

  /**
   * Key in {@code checkpoint.json} for the time before which no event that follows the checkpoint
   * was published.
   */
  static final String EVENTS_SINCE = "events_since";

  private final DataSetDescription data;
  private final Provenance provenance;
  private final CheckpointStore store;
  private final WorkDirectory workDirectory;
  private final Tracing tracing;

  /**
   * Creates the writer for the checkpoints of one run.
   *
   * @param provenance written to {@code checkpoint.json} only, so that equal states give equal
   *     files
   * @param workDirectory the directory in which the files are created
   */
  public CheckpointWriter(
      DataSetDescription data,
      Provenance provenance,
      CheckpointStore store,
      WorkDirectory workDirectory,
      Tracing tracing) {
    this.data = data;
    this.provenance = provenance;
    this.store = store;
    this.workDirectory = workDirectory;
    this.tracing = tracing;
  }

  /**
   * Writes the files of a checkpoint. The caller closes them after the upload.
   *
   * @throws CheckpointStoreException if the disk does not accept the files
   */
  public WrittenCheckpoint write(CheckpointCopy copy) {
    TrainingState state = copy.state();
    Path directory = workDirectory.path().resolve(state.run() + "-" + state.checkpoint());
    boolean complete = false;
    try {
      List<CheckpointSource> files =
          tracing.within(
              tracing.span("write"), () -> workDirectory.patiently(() -> write(directory, copy)));
      complete = true;
      return new WrittenCheckpoint(copy, directory, files);
    } catch (IOException e) {
      throw new CheckpointStoreException("%s: cannot write: %s".formatted(directory, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointStoreException(directory + ": interrupted while it was written", e);
    } finally {
      if (!complete) {
        WorkFiles.delete(directory);
      }
    }
  }

  private List<CheckpointSource> write(Path directory, CheckpointCopy copy) throws IOException {
    Files.createDirectories(directory);
    return CheckpointFiles.write(directory, copy, data);
  }

  /**
   * Uploads a checkpoint. The store then has it completely.
   *
   * @param eventsSince the time before which no event that follows the checkpoint was published
   * @param requireHeld called before each write to the store; throws if this trainer has lost the
   *     run
   * @throws CheckpointConflictException if the store has another checkpoint of that name
   */
  public StoredCheckpoint upload(
      WrittenCheckpoint written, Instant eventsSince, Runnable requireHeld) {
    TrainingState state = written.copy().state();
    Map<String, String> metadata = new TreeMap<>(provenance.values());
    metadata.put(CheckpointAnnouncement.STEP, String.valueOf(state.step()));
    metadata.put(TAKEN_AT, written.copy().takenAt().toString());
    metadata.put(EVENTS_SINCE, eventsSince.toString());
    metadata.put("fingerprint", state.fingerprint());
    return store.commit(state.run(), state.checkpoint(), written.files(), metadata, requireHeld);
  }
}
