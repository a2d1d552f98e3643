package deepspeech.cli.process;

import deepspeech.cli.failure.CommandFailedException;
import java.io.IOException;
import java.nio.file.Path;

/** Runs a program to its end, with its output in a log file. */
public final class LoggedProgram {
  private LoggedProgram() {}

  /**
   * Runs a program to its end. The program also ends when this JVM ends.
   *
   * @param path of the log; an existing one is renamed with the suffix {@code .1}
   * @throws CommandFailedException with the last line of the log if the program fails
   */
  public static void run(JavaProgram program, Path path) throws InterruptedException {
    LogFile log = new LogFile(path);
    Process process;
    try {
      process =
          program
              .processBuilder()
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(path.toFile()))
              .start();
    } catch (IOException e) {
      throw new CommandFailedException(
          "%s cannot be started: %s".formatted(program.name(), e.getMessage()), e);
    }
    int status;
    try {
      status = process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      throw e;
    }
    var unused = log.newLines();
    if (status != 0) {
      throw new CommandFailedException(
          "%s ended with status %d: %s (log: %s)"
              .formatted(program.name(), status, log.lastLine(), path));
    }
  }
}
