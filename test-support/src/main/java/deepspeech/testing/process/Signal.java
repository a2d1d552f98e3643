package deepspeech.testing.process;

import java.io.IOException;

/** What the command {@code kill} sends to a process; SIGKILL is {@link JavaProcess#kill}. */
public enum Signal {
  /** Suspends the process until {@link #CONT}. */
  STOP,
  CONT,
  TERM,
  INT,
  HUP,
  QUIT;

  /**
   * Sends the signal.
   *
   * @throws AssertionError if there is no such process
   */
  public void sendTo(ProcessHandle process) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name(), Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("process %d got no SIG%s".formatted(process.pid(), name()));
    }
  }
}
