package deepspeech.acoustic.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The gradient of a batch. GPUs may still compute it.
 *
 * @param losses the losses in nats, one per utterance of the share of each device, on it
 * @param gradients of each device, on it: before they are averaged, the gradient of its share for
 *     each trainable parameter of the layers that are not frozen; afterwards, the average for each
 *     slice of its shard, which is the same if there is one device
 * @param statistics the first device's running statistics after this batch
 * @param recomputed true if the layers were computed twice to need less memory
 * @param scopes one for each device; they own the arrays
 */
record BatchGradients(
    List<NDArray> losses,
    List<List<NDArray>> gradients,
    List<NDArray> statistics,
    boolean recomputed,
    List<NDManager> scopes)
    implements AutoCloseable {
  BatchGradients with(List<List<NDArray>> otherGradients) {
    return new BatchGradients(losses, otherGradients, statistics, recomputed, scopes);
  }

  @Override
  public void close() {
    scopes.forEach(NDManager::close);
  }
}
