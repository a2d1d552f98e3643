package deepspeech.speech;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of a data set cannot be used as a whole. The message is one line. It names the file, the
 * position in it, the value found and the values allowed.
 */
public final class DataFileException extends Exception {
  private static final long serialVersionUID = 1L;

  public DataFileException(String line) {
    super(line);
  }

  /** Wraps the exception that caused the failure. */
  public DataFileException(String line, Throwable cause) {
    super(line, cause);
  }

  /** Describes a file or folder that this machine cannot read. */
  public static DataFileException unreadable(Path file, IOException failure) {
    return new DataFileException(file + ": cannot be read: " + reason(failure), failure);
  }

  /**
   * Returns a description of a failure. It includes the kind of the failure, because the message of
   * some exceptions is only the file name.
   */
  public static String reason(IOException failure) {
    return failure instanceof WrongFileException
        ? failure.getMessage()
        : failure.getClass().getSimpleName() + " " + failure.getMessage();
  }
}
