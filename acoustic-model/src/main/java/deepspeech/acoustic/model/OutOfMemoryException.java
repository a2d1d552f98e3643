package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/** A computation needs more memory than a device, or the JVM, has. */
public final class OutOfMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Phrases in the messages of PyTorch's allocators for GPU and CPU, of cuDNN and of cuBLAS. If no
   * algorithm of cuDNN gets the memory that it works in, PyTorch only says that there is none
   * ({@code aten/src/ATen/native/cudnn/Conv_v8.cpp}).
   */
  private static final List<String> PHRASES =
      List.of(
          "out of memory",
          "not enough memory",
          "can't allocate memory",
          "cannot allocate memory",
          "cudnn_status_alloc_failed",
          "cublas_status_alloc_failed",
          "unable to find an engine to execute this computation",
          "std::bad_alloc");

  private OutOfMemoryException(Throwable cause) {
    super(cause.getMessage(), cause);
  }

  /**
   * Returns this exception if the engine failed for lack of memory, otherwise the failure itself.
   */
  static RuntimeException of(EngineException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return PHRASES.stream().anyMatch(message::contains)
        ? new OutOfMemoryException(failure)
        : failure;
  }

  /** Returns this exception for a lack of JVM memory. */
  static RuntimeException of(OutOfMemoryError failure) {
    return new OutOfMemoryException(failure);
  }
}
