package deepspeech.trainer.checkpoint;

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
  private static final Duration REST = Duration.ofSeconds(5);

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
    long begin = System.nanoTime();
    while (true) {
      try {
        return work.run();
      } catch (IOException e) {
        if (System.nanoTime() - begin >= patience.toNanos()) {
          throw e;
        }
        waiting.accept("waiting for the disk: %s: %s".formatted(path, e.getMessage()));
      }
      Thread.sleep(REST.toMillis());
    }
  }
}
