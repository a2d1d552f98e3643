package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.training.TrainingState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What training goes on from.
 *
 * @param stored where it lies
 * @param vocabulary tokens by label, blank first
 * @param parameters the contents of {@code model.safetensors}
 */
public record LoadedCheckpoint(
    StoredCheckpoint stored,
    TrainingState state,
    List<String> vocabulary,
    Map<String, Tensor> parameters,
    AdamState optimizer) {
  /** How lines for a person name it: {@code <run>/<checkpoint>}. */
  public String name() {
    return state.run() + "/" + state.checkpoint();
  }

  /** {@code s3://bucket/key/} of its folder. */
  public String uri() {
    return stored.uri();
  }

  /** What it was trained with. */
  public Provenance provenance() {
    return Provenance.among(stored.metadata());
  }

  /** SHA-256 of its weights. */
  public String weightsHash() {
    return stored.files().stream()
        .filter(file -> file.name().equals(CheckpointFiles.MODEL))
        .map(CheckpointFile::sha256)
        .findFirst()
        .orElseThrow();
  }

  /**
   * When its state was that of training; of old checkpoints that do not tell, the earliest time.
   */
  public Instant takenAt() {
    return Optional.ofNullable(stored.metadata().get(CheckpointWriter.TAKEN_AT))
        .map(Instant::parse)
        .orElse(Instant.EPOCH);
  }
}
