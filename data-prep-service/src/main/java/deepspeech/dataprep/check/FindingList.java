package deepspeech.dataprep.check;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.tool.WholeFile;
import java.nio.file.Path;
import java.util.function.Function;

/** The file with all findings, written as they come; it is there when it is whole. */
final class FindingList implements AutoCloseable {
  private final WholeFile file;
  private final Function<Finding, String> format;

  /**
   * Begins a file.
   *
   * @param path JSON lines if its name ends with {@code .json} or {@code .jsonl}, else tab
   *     separated
   */
  FindingList(Path path) throws DataFileException {
    boolean json = path.toString().matches(".*\\.jsonl?");
    this.format = json ? Finding::asJson : Finding::asTabSeparated;
    this.file = new WholeFile(path);
    if (!json) {
      file.line("line\taudio_filepath\treason\tdetail");
    }
  }

  void add(Finding finding) {
    file.line(format.apply(finding));
  }

  /** Puts the whole file in its place. */
  void finish() throws DataFileException {
    file.finish();
  }

  @Override
  public void close() throws DataFileException {
    file.close();
  }
}
