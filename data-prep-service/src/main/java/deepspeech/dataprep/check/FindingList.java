package deepspeech.dataprep.check;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.tool.DataFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;

/** The file with all findings, written as they come; it is there when it is whole. */
final class FindingList implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final Function<Finding, String> format;
  private final BufferedWriter writer;
  private IOException failure;

  /**
   * Begins a file.
   *
   * @param file JSON lines if its name ends with {@code .json} or {@code .jsonl}, else tab
   *     separated
   */
  FindingList(Path file) throws DataFileException {
    this.file = file.toAbsolutePath();
    this.part = this.file.resolveSibling(this.file.getFileName() + ".part");
    boolean json = file.toString().matches(".*\\.jsonl?");
    this.format = json ? Finding::asJson : Finding::asTabSeparated;
    try {
      Files.createDirectories(this.file.getParent());
      this.writer = Files.newBufferedWriter(part);
      if (!json) {
        writer.write("line\taudio_filepath\treason\tdetail\n");
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  void add(Finding finding) {
    try {
      if (failure == null) {
        writer.write(format.apply(finding));
        writer.write('\n');
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  /** Puts the whole file in its place. */
  void finish() throws DataFileException {
    try {
      writer.close();
      if (failure != null) {
        throw failure;
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Leaves no half file behind. */
  @Override
  public void close() throws DataFileException {
    try {
      writer.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private DataFileException unwritable(IOException e) {
    return new DataFileException(file + ": cannot be written: " + DataFiles.reason(e), e);
  }
}
