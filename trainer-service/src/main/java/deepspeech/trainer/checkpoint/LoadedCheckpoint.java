package deepspeech.trainer.checkpoint;

import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.optimizer.AdamState;
import deepspeech.trainer.training.TrainingState;
import java.util.List;
import java.util.Map;

/**
 * What training goes on from.
 *
 * @param vocabulary tokens by label, blank first
 * @param parameters the contents of {@code model.safetensors}
 */
public record LoadedCheckpoint(
    TrainingState state,
    List<String> vocabulary,
    Map<String, Tensor> parameters,
    AdamState optimizer) {}
