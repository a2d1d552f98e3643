package deepspeech.speech.storage;

/**
 * The object store, the cache or the process's locale does not do its work, which tells nothing
 * about the data; the message is one line for an operator.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  StorageException(String line, boolean passing, Throwable cause) {
    super(line, cause);
    this.passing = passing;
  }

  /** What no later attempt changes. */
  public StorageException(String line) {
    this(line, false, null);
  }

  /** Whether the same request may succeed later without anyone's doing. */
  public boolean isPassing() {
    return passing;
  }
}
