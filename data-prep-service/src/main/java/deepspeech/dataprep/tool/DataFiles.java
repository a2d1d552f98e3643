package deepspeech.dataprep.tool;

import deepspeech.dataprep.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files read and written as a whole. */
public final class DataFiles {
  private DataFiles() {}

  /**
   * Reads a file.
   *
   * @throws DataFileException if it cannot be read
   */
  public static byte[] read(Path file) throws DataFileException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be read: " + reason(e), e);
    }
  }

  /**
   * Writes a file. Whoever reads it meanwhile has the old one or the new one, whole.
   *
   * @throws DataFileException if it cannot be written
   */
  public static void write(Path file, byte[] content) throws DataFileException {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.createDirectories(target.getParent());
      Files.write(part, content);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be written: " + reason(e), e);
    }
  }

  /** The kind of failure too: of some, the message is the name of the file alone. */
  public static String reason(IOException failure) {
    return failure.getClass().getSimpleName() + " " + failure.getMessage();
  }
}
