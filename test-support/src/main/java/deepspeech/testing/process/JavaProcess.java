package deepspeech.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A Java program in a process of its own. */
public final class JavaProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final Process process;
  private final Path output;
  private final Path errors;

  JavaProcess(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** The process itself. */
  public Process process() {
    return process;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits for its end.
   *
   * @return its exit status
   * @throws AssertionError if it has not ended within two minutes
   */
  public int exitCode() throws IOException, InterruptedException {
    return exitCode(LIMIT);
  }

  int exitCode(Duration limit) throws IOException, InterruptedException {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          "the program did not end within %d s:%n%s".formatted(limit.toSeconds(), all()));
    }
    return process.exitValue();
  }

  /** What it has written to standard output so far. */
  public String output() throws IOException {
    return Files.readString(output);
  }

  /** What it has written to standard error so far; the same as the output if they share a file. */
  public String errors() throws IOException {
    return Files.readString(errors);
  }

  String all() throws IOException {
    return errors.equals(output) ? output() : errors() + output();
  }

  /** Kills the process with SIGKILL, as a crash does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends the process with SIGTERM, and with SIGKILL if it is still alive after a minute. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
