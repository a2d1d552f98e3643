package deepspeech.cli.child;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Java agent that ends its JVM when the process that started it is gone, however that ended. The
 * parent holds the other end of the child's standard input and never writes to it; the operating
 * system closes the pipe with the parent.
 *
 * <p>{@code -javaagent:deepspeech-parent-watch.jar=SECONDS}: shutdown hooks get that long, 5 s
 * without it.
 */
public final class ParentWatch {
  /** Exit status of a JVM that ended with its parent. */
  public static final int EXIT_STATUS = 70;

  private static final int DEFAULT_GRACE_SECONDS = 5;

  private ParentWatch() {}

  /** Called by the JVM before {@code main}. */
  public static void premain(String seconds) {
    Duration grace =
        Duration.ofSeconds(
            seconds == null || seconds.isEmpty()
                ? DEFAULT_GRACE_SECONDS
                : Integer.parseInt(seconds));
    InputStream parent = System.in;
    daemon("parent-watch", () -> endWith(parent, grace));
  }

  private static void endWith(InputStream parent, Duration grace) {
    awaitEnd(parent);
    // A shutdown hook may wait for a broker that died with the parent.
    daemon("parent-watch-halt", () -> haltAfter(grace));
    System.exit(EXIT_STATUS);
  }

  private static void awaitEnd(InputStream parent) {
    try {
      // Not skip, which seeks, and a pipe cannot.
      parent.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      System.err.println(
          "parent-watch: standard input broke, taken for its end: " + e.getMessage());
    }
  }

  private static void haltAfter(Duration grace) {
    try {
      Thread.sleep(grace.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(EXIT_STATUS);
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
