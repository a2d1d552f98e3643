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
 */
record UploadedBatch(
    NDManager manager, NDArray features, NDArray frames, NDArray labels, NDArray labelLengths)
    implements AutoCloseable {
  /**
   * Copies a batch to a device.
   *
   * @param scope determines the device
   */
  static UploadedBatch of(RaggedBatch batch, NDManager scope) {
    NDManager device = scope.newSubManager();
    NDManager host = device.newSubManager(Device.cpu());
    return new UploadedBatch(
        device,
        TensorTransfer.toDevice(batch.features(), device),
        TensorTransfer.toDevice(batch.frames(), host),
        TensorTransfer.toDevice(batch.labels(), device),
        TensorTransfer.toDevice(batch.labelLengths(), host));
  }

  /** Copies what belongs to the batch, such as its masks, to the device. */
  NDArray upload(Tensor tensor) {
    return TensorTransfer.toDevice(tensor, manager);
  }

  @Override
  public void close() {
    manager.close();
  }
}
