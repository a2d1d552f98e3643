package deepspeech.acoustic.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The gradient of a batch, on the first device.
 *
 * @param losses the losses in nats, one per utterance of the batch
 * @param gradients one for each trainable parameter of the layers that are not frozen
 * @param statistics the first device's running statistics after this batch
 * @param recomputed true if the layers were computed twice to need less memory
 * @param scopes own the arrays
 */
record BatchGradients(
    float[] losses,
    List<NDArray> gradients,
    List<NDArray> statistics,
    boolean recomputed,
    List<NDManager> scopes)
    implements AutoCloseable {
  @Override
  public void close() {
    scopes.forEach(NDManager::close);
  }
}
