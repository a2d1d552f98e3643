package deepspeech.evaluator.evaluation;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CheckpointPublished;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The checkpoints of the store. */
public final class StoredCheckpoints implements CheckpointReader {
  private static final String MODEL = "model.onnx";

  private final CheckpointStore store;

  public StoredCheckpoints(CheckpointStore store) {
    this.store = store;
  }

  @Override
  public Path fetchModel(CheckpointPublished checkpoint, Path directory) {
    requireAsAnnounced(
        checkpoint, store.describe(checkpoint.run(), checkpoint.checkpoint()).files());
    return store
        .open(checkpoint.run(), checkpoint.checkpoint(), directory, Set.of(MODEL))
        .file(MODEL);
  }

  /** After going back to an earlier checkpoint a run publishes other ones under the same names. */
  private static void requireAsAnnounced(
      CheckpointPublished checkpoint, List<CheckpointFile> stored) {
    String announced = hash(checkpoint.files());
    String found = hash(stored);
    if (!announced.equals(found) && !checkpoint.files().isEmpty()) {
      throw new DamagedCheckpointException(
          checkpoint.run(), checkpoint.checkpoint(), MODEL, announced, found);
    }
  }

  private static String hash(List<CheckpointFile> files) {
    return CheckpointFile.sha256(files, MODEL).orElse("no such file");
  }

  @Override
  public void offerBest(CheckpointPublished checkpoint, double cer) {
    // A checkpoint that retention has removed meanwhile must not become the best one.
    store.describe(checkpoint.run(), checkpoint.checkpoint());
    store.offerBest(checkpoint.run(), checkpoint.checkpoint(), cer);
  }
}
