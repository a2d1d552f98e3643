package deepspeech.checkpoint;

/** A store operation failed. The message is one line that names the cause. */
public class CheckpointStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CheckpointStoreException(String line) {
    super(line);
  }

  public CheckpointStoreException(String line, Throwable cause) {
    super(line, cause);
  }
}
