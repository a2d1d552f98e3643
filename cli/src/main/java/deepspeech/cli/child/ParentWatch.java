package deepspeech.cli.child;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Java agent that ends its JVM when the parent process has ended for any reason. The parent holds
 * the write end of the child's standard input and never writes to it. The operating system closes
 * the pipe when the parent ends.
 *
 * <p>{@code -javaagent:deepspeech-parent-watch.jar=SECONDS}: the time that shutdown hooks get
 * before the JVM is halted, 5 s by default.
 */
public final class ParentWatch {
  /** Exit status of a JVM that ended because its parent ended. */
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
    // A shutdown hook may wait for a broker that died with the parent, so a time limit is needed.
    daemon("parent-watch-halt", () -> haltAfter(grace));
    System.exit(EXIT_STATUS);
  }

  private static void awaitEnd(InputStream parent) {
    try {
      // Do not use skip: it seeks, which a pipe does not support.
      parent.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      System.err.println(
          "parent-watch: standard input cannot be read, treated as closed: " + e.getMessage());
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
