package deepspeech.acoustic.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.torchscript.TensorTransfer;
import deepspeech.messages.tensor.Tensor;

/**
 * A batch as arguments of {@code acoustic_model.py}: numbers of frames and labels on the host, all
 * others on the device.
 *
 * @param manager owns the arrays
 * @param masks those of dropout; an empty array if nothing is dropped
 * @param lossScale by which gradients are multiplied
 */
record UploadedBatch(
    NDManager manager,
    NDArray features,
    NDArray frames,
    NDArray labels,
    NDArray labelLengths,
    NDArray masks,
    NDArray lossScale)
    implements AutoCloseable {
  /**
   * Copies a batch to a device.
   *
   * @param scope determines the device
   * @param masks those of dropout
   */
  static UploadedBatch of(RaggedBatch batch, Tensor masks, Tensor lossScale, NDManager scope) {
    NDManager device = scope.newSubManager();
    NDManager host = device.newSubManager(Device.cpu());
    return new UploadedBatch(
        device,
        TensorTransfer.toDevice(batch.features(), device),
        TensorTransfer.toDevice(batch.frames(), host),
        TensorTransfer.toDevice(batch.labels(), device),
        TensorTransfer.toDevice(batch.labelLengths(), host),
        TensorTransfer.toDevice(masks, device),
        TensorTransfer.toDevice(lossScale, device));
  }

  @Override
  public void close() {
    manager.close();
  }
}
