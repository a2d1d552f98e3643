package deepspeech.tools.common;

import deepspeech.speech.DataFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a file for all utterances that have a problem. */
public final class SkippedUtteranceListOption {
  @Option(
      names = "--list",
      paramLabel = "FILE",
      description =
          "Write every utterance that has a problem to this file, with the reason: JSON lines if the"
              + " name of the file ends with .json or .jsonl, else tab-separated.")
  private Path file;

  /**
   * Starts the list. Without the option the list discards its entries.
   *
   * @throws DataFileException if the file cannot be written
   */
  public SkippedUtteranceList begin() throws DataFileException {
    return new SkippedUtteranceList(file);
  }
}
