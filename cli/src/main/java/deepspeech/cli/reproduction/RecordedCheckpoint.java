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
 */
record RecordedCheckpoint(CheckpointId id, String weights, Provenance provenance) {
  private static final String MODEL = "model.safetensors";

  static RecordedCheckpoint of(CheckpointCommitted event) {
    return new RecordedCheckpoint(event.checkpoint(), weights(event.files()), event.provenance());
  }

  static RecordedCheckpoint of(StoredCheckpoint stored) {
    return new RecordedCheckpoint(
        stored.checkpoint(), weights(stored.files()), Provenance.among(stored.metadata()));
  }

  private static String weights(List<CheckpointFile> files) {
    return files.stream()
        .filter(file -> file.name().equals(MODEL))
        .map(CheckpointFile::sha256)
        .findFirst()
        .orElse("");
  }
}
