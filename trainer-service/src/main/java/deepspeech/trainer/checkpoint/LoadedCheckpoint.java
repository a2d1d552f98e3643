package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.optimizer.AdamState;
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

  /**
   * When its state was that of training; of old checkpoints that do not tell, the earliest time.
   */
  public Instant takenAt() {
    return Optional.ofNullable(stored.metadata().get(CheckpointWriter.TAKEN_AT))
        .map(Instant::parse)
        .orElse(Instant.EPOCH);
  }
}
