package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.training.TrainingState;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint that training starts from.
 *
 * @param stored its entry in the store
 * @param vocabulary tokens by label, the blank first
 * @param parameters the contents of {@code model.safetensors}
 */
public record LoadedCheckpoint(
    StoredCheckpoint stored,
    TrainingState state,
    List<String> vocabulary,
    Map<String, Tensor> parameters,
    AdamState optimizer) {
  /** The name to show to a user: {@code <run>/<checkpoint>}. */
  public String name() {
    return state.run() + "/" + state.checkpoint();
  }

  /** The checkpoint's folder, as {@code s3://bucket/key/}. */
  public String uri() {
    return stored.uri();
  }

  /** The provenance that is stored with the checkpoint. */
  public Provenance provenance() {
    return Provenance.among(stored.metadata());
  }

  /** SHA-256 of {@code model.safetensors}. */
  public String weightsHash() {
    return stored.files().stream()
        .filter(file -> file.name().equals(CheckpointFiles.MODEL))
        .map(CheckpointFile::sha256)
        .findFirst()
        .orElseThrow();
  }
}
