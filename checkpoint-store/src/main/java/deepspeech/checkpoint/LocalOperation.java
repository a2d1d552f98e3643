package deepspeech.checkpoint;

import java.io.IOException;

/** An operation on a local file during a request. Its failures are not retried. */
@FunctionalInterface
interface LocalOperation<T> {
  T run() throws IOException;

  /**
   * Runs an operation.
   *
   * @param action what it does with the file, {@code read} or {@code write}
   * @throws CheckpointStoreException if it fails
   */
  static <T> T run(String action, String file, LocalOperation<T> operation) {
    try {
      return operation.run();
    } catch (IOException e) {
      throw failure(action, file, e);
    }
  }

  /** The exception for a failed operation. */
  static CheckpointStoreException failure(String action, String file, IOException cause) {
    return new CheckpointStoreException(
        "cannot %s %s: %s: %s"
            .formatted(action, file, cause.getClass().getSimpleName(), cause.getMessage()),
        cause);
  }
}
