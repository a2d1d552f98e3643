package deepspeech.tools.common;

import deepspeech.messages.InvalidMessageException;
import picocli.CommandLine.Option;

/** The option that tells how many utterances are decoded at a time. */
public final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Decode so many utterances at a time. Default: the number of cores.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * From 1.
   *
   * @throws InvalidMessageException if it is less
   */
  public int threads() {
    InvalidMessageException.require(threads >= 1, "--threads", threads, "at least 1");
    return threads;
  }
}
