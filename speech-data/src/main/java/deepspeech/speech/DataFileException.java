package deepspeech.speech;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of a data set that cannot be used as a whole. The message is one line that names the file,
 * where in it, what was found and what is allowed.
 */
public final class DataFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Tells what is wrong. */
  public DataFileException(String line) {
    super(line);
  }

  /** Tells what is wrong, with the exception behind it. */
  public DataFileException(String line, Throwable cause) {
    super(line, cause);
  }

  /** A file or folder that the machine cannot read. */
  public static DataFileException unreadable(Path file, IOException failure) {
    return new DataFileException(file + ": cannot be read: " + reason(failure), failure);
  }

  /** The kind of failure too: of some, the message is the name of the file alone. */
  public static String reason(IOException failure) {
    return failure instanceof WrongFileException
        ? failure.getMessage()
        : failure.getClass().getSimpleName() + " " + failure.getMessage();
  }
}
