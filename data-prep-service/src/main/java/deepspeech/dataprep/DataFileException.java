package deepspeech.dataprep;

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
}
