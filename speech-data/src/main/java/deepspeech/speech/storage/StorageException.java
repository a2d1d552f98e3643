package deepspeech.speech.storage;

/**
 * The object store, the cache or the locale of the process does not work. It says nothing about the
 * data. The message is one line for an operator.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  StorageException(String line, boolean passing, Throwable cause) {
    super(line, cause);
    this.passing = passing;
  }

  /** A failure that a retry does not resolve. */
  public StorageException(String line) {
    this(line, false, null);
  }

  /** Whether the same request may succeed later without intervention. */
  public boolean isPassing() {
    return passing;
  }
}
