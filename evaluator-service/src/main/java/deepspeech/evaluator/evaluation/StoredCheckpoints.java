package deepspeech.evaluator.evaluation;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Reads checkpoints from the checkpoint store. */
public final class StoredCheckpoints implements CheckpointReader {
  private static final String MODEL = "model.onnx";

  private final CheckpointStore store;

  public StoredCheckpoints(CheckpointStore store) {
    this.store = store;
  }

  @Override
  public Path fetchModel(CheckpointCommitted checkpoint, Path directory) {
    requireAsAnnounced(
        checkpoint, store.describe(checkpoint.run(), checkpoint.checkpoint()).files());
    return store
        .open(checkpoint.run(), checkpoint.checkpoint(), directory, Set.of(MODEL))
        .file(MODEL);
  }

  /**
   * Checks that the stored model is the announced one. A run that was resumed from an earlier
   * checkpoint commits other checkpoints under the same names.
   */
  private static void requireAsAnnounced(
      CheckpointCommitted checkpoint, List<CheckpointFile> stored) {
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
  public void offerBest(CheckpointCommitted checkpoint, double cer) {
    // Fails if retention has removed the checkpoint meanwhile, or the run has committed another one
    // of its name, because that must not become the best one.
    requireAsAnnounced(
        checkpoint, store.describe(checkpoint.run(), checkpoint.checkpoint()).files());
    store.offerBest(checkpoint.run(), checkpoint.checkpoint(), cer);
  }
}
