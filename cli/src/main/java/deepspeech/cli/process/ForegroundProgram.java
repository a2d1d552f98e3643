package deepspeech.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Runs a program to its end with this process's output and error streams. */
public final class ForegroundProgram {
  private ForegroundProgram() {}

  /**
   * Runs a program to its end. The program also ends when this JVM ends.
   *
   * @return exit status of the program; 130 if this thread was interrupted
   */
  public static int run(JavaProgram program) {
    Process process;
    try {
      process =
          program
              .processBuilder()
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(program.name() + " cannot be started: " + e.getMessage(), e);
    }
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      return 130;
    }
  }
}
