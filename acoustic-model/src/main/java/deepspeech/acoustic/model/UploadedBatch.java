package deepspeech.acoustic.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A batch, or a device's share of it, as arguments of {@code acoustic_model.py}: numbers of frames
 * and labels on the host, all others on the device.
 *
 * @param scope owns the arrays
 * @param masks those of dropout; empty if there is none
 */
record UploadedBatch(
    NDManager scope,
    RaggedBatch batch,
    NDArray features,
    NDArray frames,
    NDArray labels,
    NDArray labelLengths,
    NDArray masks)
    implements AutoCloseable {
  @Override
  public void close() {
    scope.close();
  }
}
