package deepspeech.evaluator.recognition;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import deepspeech.messages.InvalidMessageException;

/**
 * What computes the models.
 *
 * @param threads number of processor threads that share the computation, from 1
 * @param gpu number of the GPU, from 0; {@value #NO_GPU} to use the processor alone
 */
public record ComputeDevice(int threads, int gpu) {
  /** Stands for the processor in place of the number of a GPU. */
  public static final int NO_GPU = -1;

  public ComputeDevice {
    InvalidMessageException.require(threads >= 1, "threads", threads, "a whole number from 1");
  }

  /** The processor. */
  public static ComputeDevice cpu(int threads) {
    return new ComputeDevice(threads, NO_GPU);
  }

  /**
   * Checks that ONNX Runtime can use the device.
   *
   * @param setting name of the setting that chooses the GPU
   * @throws InvalidMessageException with the reason, if it cannot
   */
  public void requireUsable(String setting) {
    OnnxModel.requireRuntime();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      apply(options);
    } catch (OrtException e) {
      throw new InvalidMessageException(
          "%s: %d given, but ONNX Runtime cannot use this GPU: %s; put onnxruntime_gpu in the place of onnxruntime and install CUDA 12 and cuDNN 9, or set %d for the CPU"
              .formatted(setting, gpu, e.getMessage().lines().findFirst().orElse(""), NO_GPU),
          e);
    }
  }

  void apply(OrtSession.SessionOptions options) throws OrtException {
    options.setIntraOpNumThreads(threads);
    if (gpu != NO_GPU) {
      options.addCUDA(gpu);
    }
  }
}
