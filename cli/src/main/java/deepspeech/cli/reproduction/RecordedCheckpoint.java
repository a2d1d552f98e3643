package deepspeech.cli.reproduction;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.identity.CheckpointId;
import java.util.List;

/**
 * What is known of a checkpoint, which may have been deleted since.
 *
 * @param weights SHA-256 of {@code model.safetensors}
 * @param deployed SHA-256 of the weights that {@code model.onnx} is made of: of their average, if
 *     there is one
 */
record RecordedCheckpoint(CheckpointId id, String weights, String deployed, Provenance provenance) {
  static RecordedCheckpoint of(CheckpointCommitted event) {
    return of(event.checkpoint(), event.files(), event.provenance());
  }

  static RecordedCheckpoint of(StoredCheckpoint stored) {
    return of(stored.checkpoint(), stored.files(), Provenance.among(stored.metadata()));
  }

  private static RecordedCheckpoint of(
      CheckpointId id, List<CheckpointFile> files, Provenance provenance) {
    return new RecordedCheckpoint(
        id,
        CheckpointFile.sha256(files, CheckpointFile.WEIGHTS).orElse(""),
        CheckpointFile.deployedWeights(files).orElse(""),
        provenance);
  }

  /** True if both have the same weights and the same average of them. */
  boolean agreesWith(RecordedCheckpoint other) {
    return weights.equals(other.weights) && deployed.equals(other.deployed);
  }
}
