package deepspeech.trainer.checkpoint;

import deepspeech.runtime.retry.RetryPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The directory in which the files of checkpoints are created before the upload.
 *
 * @param patience how long writes may fail before the run fails
 * @param waiting receives a line that says what is waited for
 */
public record WorkDirectory(Path path, Duration patience, Consumer<String> waiting) {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  @FunctionalInterface
  interface FileWork<T> {
    T run() throws IOException;
  }

  /**
   * Runs the work, and retries it while the disk does not accept the files.
   *
   * @throws IOException if the work still fails when {@code patience} is over
   */
  <T> T patiently(FileWork<T> work) throws IOException, InterruptedException {
    return RetryPolicy.every(PAUSE, patience)
        .call(work::run, (failure, pause) -> isRefusedByDisk(failure));
  }

  private boolean isRefusedByDisk(Throwable failure) {
    if (!(failure instanceof IOException)) {
      return false;
    }
    waiting.accept("waiting for the disk: %s: %s".formatted(path, failure.getMessage()));
    return true;
  }
}
