package deepspeech.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Where the files of checkpoints are made before they are uploaded.
 *
 * @param patience how long a disk may take nothing before a run fails for it
 * @param waiting is told in a line what is waited for
 */
public record WorkDirectory(Path path, Duration patience, Consumer<String> waiting) {
  private static final Duration REST = Duration.ofSeconds(5);

  /** Makes files. */
  @FunctionalInterface
  interface FileWork<T> {
    T run() throws IOException;
  }

  /**
   * Makes files, again and again while the disk does not take them.
   *
   * @throws IOException if it still does not when patience is over
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
