package deepspeech.acoustic.model;

import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.acoustic.optimizer.AverageState;
import deepspeech.messages.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * A model between two steps, as host arrays.
 *
 * @param parameters the contents of {@code model.safetensors}: every parameter, including running
 *     statistics
 * @param optimizer the state of the optimiser; if absent, the optimiser starts afresh, as for
 *     fine-tuning
 * @param average the moving average of the parameters; empty if there is none
 */
public record ModelState(
    Map<String, Tensor> parameters, Optional<AdamState> optimizer, Optional<AverageState> average) {
  /** Returns the state of a model that begins with the given parameters. */
  public static ModelState of(Map<String, Tensor> parameters) {
    return new ModelState(parameters, Optional.empty(), Optional.empty());
  }
}
