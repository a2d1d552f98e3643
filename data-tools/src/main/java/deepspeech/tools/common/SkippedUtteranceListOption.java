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
          "Write every utterance that something is wrong with to this file, with its reason: JSON"
              + " lines if its name ends with .json or .jsonl, else tab separated.")
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
