package deepspeech.tools.common;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows the progress of a task: a bar on a terminal, otherwise a line every ten per cent. Must be
 * stepped by one thread.
 */
public final class Progress implements AutoCloseable {
  private static final int LINES = 10;
  private static final int WIDTH = 100;
  private static final long QUIET_NANOSECONDS = 5_000_000_000L;

  private final PrintStream out;
  private final String task;
  private final long total;
  private final ProgressBar bar;
  private final LongSupplier nanoseconds;
  private long done;
  private long printedTenths;
  private long printedAt;

  /**
   * Creates a progress display with a given clock, and with a bar if {@code onTerminal} is true.
   */
  Progress(PrintStream out, String task, long total, boolean onTerminal, LongSupplier nanoseconds) {
    this.out = out;
    this.nanoseconds = nanoseconds;
    this.printedAt = nanoseconds.getAsLong();
    this.task = task;
    this.total = total;
    this.bar =
        onTerminal
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" utterances", 1)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
                .showSpeed()
                .build()
            : null;
  }

  /**
   * Starts a task.
   *
   * @param out counts as a terminal if it is this process's error stream and that stream is a
   *     terminal
   * @param total expected number of steps
   */
  public static Progress of(PrintStream out, String task, long total) {
    return new Progress(
        out, task, total, out == System.err && isErrorStreamATerminal(), System::nanoTime);
  }

  /** Records one completed step. */
  public void step() {
    done++;
    if (bar != null) {
      bar.step();
      return;
    }
    long tenths = done * LINES / Math.max(done, total);
    long now = nanoseconds.getAsLong();
    if (done == total || (tenths > printedTenths && now - printedAt >= QUIET_NANOSECONDS)) {
      printedTenths = tenths;
      printedAt = now;
      out.printf("%s: %d %% (%d of %d)%n", task, tenths * 100 / LINES, done, total);
    }
  }

  /** Closes the bar. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /**
   * Checks the error stream itself. The JDK's console exists only if input and output are terminals
   * too, which a parent's pipes are not.
   */
  private static boolean isErrorStreamATerminal() {
    try {
      Path stream = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return stream.startsWith("/dev/pts")
          || (stream.startsWith("/dev") && stream.getFileName().toString().startsWith("tty"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
