package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A failure of a GPU after which the process can compute nothing on any GPU any more. CUDA reports
 * the same error from then on, also for other work.
 */
public final class DeviceFailure {
  /**
   * The texts of the errors of which CUDA's runtime API says "the process must be terminated and
   * relaunched" (driver_types.h of CUDA 12.8, cudaError), as PyTorch's messages contain them, and
   * those of cuDNN and cuBLAS when a kernel of their own met one.
   */
  private static final List<String> TEXTS =
      List.of(
          "uncorrectable ecc error encountered",
          "uncorrectable nvlink error detected during the execution",
          "an illegal memory access was encountered",
          "the launch timed out and was terminated",
          "device-side assert triggered",
          "hardware stack error",
          "an illegal instruction was encountered",
          "misaligned address",
          "operation not supported on global/shared address space",
          "invalid program counter",
          "unspecified launch failure",
          "cudnn_status_execution_failed",
          "cublas_status_execution_failed");

  private DeviceFailure() {}

  /**
   * Returns what the engine said about such a failure, in one line; empty for any other failure.
   */
  public static Optional<String> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof EngineException) {
        Optional<String> reason =
            String.valueOf(cause.getMessage()).lines().filter(DeviceFailure::isOne).findFirst();
        if (reason.isPresent()) {
          return reason.map(String::strip);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOne(String line) {
    String searched = line.toLowerCase(Locale.ROOT);
    return TEXTS.stream().anyMatch(searched::contains);
  }
}
