package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/** A computation needs more memory than a device, or the JVM, has. */
public final class OutOfMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** As PyTorch's allocators for GPU and CPU, cuDNN and cuBLAS say it. */
  private static final List<String> PHRASES =
      List.of(
          "out of memory",
          "not enough memory",
          "can't allocate memory",
          "cannot allocate memory",
          "cudnn_status_alloc_failed",
          "cublas_status_alloc_failed",
          "std::bad_alloc");

  private OutOfMemoryException(Throwable cause) {
    super(cause.getMessage(), cause);
  }

  /** This exception where an engine's failure is for memory, else the failure itself. */
  static RuntimeException of(EngineException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return PHRASES.stream().anyMatch(message::contains)
        ? new OutOfMemoryException(failure)
        : failure;
  }

  /** The same for the JVM's own memory. */
  static RuntimeException of(OutOfMemoryError failure) {
    return new OutOfMemoryException(failure);
  }
}
