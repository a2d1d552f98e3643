package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.model.ModelState;
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
 * @param model weights, optimiser and moving average
 * @param deployed the weights that {@code model.onnx} is made of: their average, if there is one
 * @param earlier the weights at the ends of earlier epochs, as far as later averages need them
 */
public record LoadedCheckpoint(
    StoredCheckpoint stored,
    TrainingState state,
    List<String> vocabulary,
    ModelState model,
    Map<String, Tensor> deployed,
    EpochWeights earlier) {
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

  /** The weights at the ends of the last epochs, as far as the checkpoint has them. */
  public EpochWeights epochs() {
    return state.checkpoint().isEndOfEpoch()
        ? earlier.with(state.checkpoint().epoch(), model.parameters())
        : earlier;
  }

  /** SHA-256 of the weights with which training continues. */
  public String weightsHash() {
    return CheckpointFile.sha256(stored.files(), CheckpointFile.WEIGHTS).orElseThrow();
  }

  /** SHA-256 of the file of {@link #deployed()}. */
  public String deployedHash() {
    return CheckpointFile.deployedWeights(stored.files()).orElseThrow();
  }
}
