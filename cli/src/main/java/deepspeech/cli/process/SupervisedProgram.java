package deepspeech.cli.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a program as a child process and restarts it when it ends without being asked to stop. The
 * output of the program goes to a log file. Errors in the log are announced.
 */
public final class SupervisedProgram {
  private static final Duration LOG_CHECK_INTERVAL = Duration.ofMillis(250);

  /**
   * Delay before an end is announced. A Ctrl-C reaches the children too, before this process has
   * begun to stop.
   */
  private static final Duration UNANNOUNCED = Duration.ofSeconds(1);

  private final JavaProgram program;
  private final LogFile log;
  private final RestartPolicy policy;
  private final Consumer<String> announcements;
  private final Thread supervision;

  /** Accessed by the supervising thread alone. */
  private Optional<String> lastError = Optional.empty();

  private Process process;
  private boolean stopping;
  private boolean killed;
  private String failure;

  private SupervisedProgram(
      JavaProgram program, Path log, RestartPolicy policy, Consumer<String> announcements) {
    this.program = program;
    this.log = new LogFile(log);
    this.policy = policy;
    this.announcements = announcements;
    this.supervision = new Thread(this::supervise, "supervise-" + program.name());
    this.supervision.setDaemon(true);
  }

  /**
   * Starts a program.
   *
   * @param log file for standard output and standard error; an existing log is renamed with the
   *     suffix {@code .1}
   * @param policy when the program is restarted
   * @param announcements receives messages for the user, one line each: errors in the log, ends,
   *     restarts
   */
  public static SupervisedProgram start(
      JavaProgram program, Path log, RestartPolicy policy, Consumer<String> announcements) {
    SupervisedProgram supervised = new SupervisedProgram(program, log, policy, announcements);
    supervised.supervision.start();
    return supervised;
  }

  public String name() {
    return program.name();
  }

  public Path log() {
    return log.path();
  }

  /** The id of its process; empty while it has none. */
  public synchronized OptionalLong pid() {
    return process == null || !process.isAlive()
        ? OptionalLong.empty()
        : OptionalLong.of(process.pid());
  }

  /** Why the program is no longer restarted; empty as long as it is. */
  public synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Kills the process (SIGKILL) to simulate a fault. The program is then restarted.
   *
   * @return false if no process is running or the program is being stopped
   */
  public synchronized boolean kill() {
    if (stopping || process == null || !process.isAlive()) {
      return false;
    }
    killed = true;
    var unused = process.destroyForcibly();
    return true;
  }

  /** Asks the process to end and disables restarts. Returns at once. */
  public synchronized void requestStop() {
    stopping = true;
    notifyAll();
    if (process != null) {
      process.destroy();
    }
  }

  /**
   * Asks the process to end, disables restarts, and waits until the process has ended.
   *
   * @param grace time after which the process is killed
   */
  public void stop(Duration grace) {
    requestStop();
    Process last;
    synchronized (this) {
      last = process;
    }
    try {
      if (last != null && !last.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        announcements.accept(
            "%s did not end within %d s and was killed"
                .formatted(program.name(), grace.toSeconds()));
        last.destroyForcibly().waitFor();
      }
      supervision.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (last != null) {
        last.destroyForcibly();
      }
    }
  }

  private void supervise() {
    int endsInARow = 0;
    while (true) {
      long started = System.nanoTime();
      int status;
      try {
        if (!launch()) {
          return;
        }
        status = awaitEnd();
      } catch (IOException e) {
        giveUp("%s cannot be started: %s".formatted(program.name(), e.getMessage()));
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      boolean steady = System.nanoTime() - started >= policy.steadyAfter().toNanos();
      if (steady) {
        endsInARow = 0;
      }
      if (!endedByKill()) {
        endsInARow++;
      }
      if (pauseEndedByStop(UNANNOUNCED)) {
        return;
      }
      String end =
          "%s ended with status %d: %s (log: %s)"
              .formatted(
                  program.name(),
                  status,
                  log.lastLine().isEmpty() ? "it logged nothing" : log.lastLine(),
                  log.path());
      Optional<Duration> pause = policy.pauseAfter(endsInARow);
      if (pause.isEmpty()) {
        giveUp(end + "; not restarted after " + endsInARow + " failures in a row");
        return;
      }
      announcements.accept(end + "; restarting in " + seconds(pause.get()));
      if (pauseEndedByStop(pause.get())) {
        return;
      }
    }
  }

  private synchronized boolean endedByKill() {
    return killed;
  }

  private synchronized boolean launch() throws IOException {
    if (stopping) {
      return false;
    }
    killed = false;
    process =
        program
            .processBuilder()
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()))
            .start();
    return true;
  }

  private int awaitEnd() throws InterruptedException {
    Process running;
    synchronized (this) {
      running = process;
    }
    boolean ended;
    do {
      ended = running.waitFor(LOG_CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      announceErrors();
    } while (!ended);
    return running.exitValue();
  }

  private void announceErrors() {
    for (String line : log.newLines()) {
      Optional<String> error = LoggedError.in(line);
      if (error.isPresent() && !error.equals(lastError)) {
        announcements.accept(program.name() + ": " + error.get());
        lastError = error;
      }
    }
  }

  private synchronized boolean pauseEndedByStop(Duration pause) {
    long until = System.nanoTime() + pause.toNanos();
    try {
      for (long left = pause.toNanos(); !stopping && left > 0; left = until - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
    return stopping;
  }

  private void giveUp(String reason) {
    synchronized (this) {
      failure = reason;
    }
    announcements.accept(reason);
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }
}
