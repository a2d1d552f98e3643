package deepspeech.trainer.checkpoint;

import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.optimizer.AdamState;
import deepspeech.trainer.training.TrainingState;
import java.util.List;
import java.util.Map;

/**
 * What training goes on from.
 *
 * @param uri {@code s3://bucket/key/} of its folder
 * @param vocabulary tokens by label, blank first
 * @param parameters the contents of {@code model.safetensors}
 */
public record LoadedCheckpoint(
    String uri,
    TrainingState state,
    List<String> vocabulary,
    Map<String, Tensor> parameters,
    AdamState optimizer) {
  /** How lines for a person name it: {@code <run>/<checkpoint>}. */
  public String name() {
    return state.run() + "/" + state.checkpoint();
  }
}
