package deepspeech.tools.common;

import deepspeech.messages.InvalidMessageException;
import picocli.CommandLine.Option;

/** The option that sets the number of utterances to decode concurrently. */
public final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of utterances to decode at a time. Default: the number of cores.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * Returns the number of threads, from 1.
   *
   * @throws InvalidMessageException if the number is less than 1
   */
  public int threads() {
    InvalidMessageException.require(threads >= 1, "--threads", threads, "at least 1");
    return threads;
  }
}
