package deepspeech.checkpoint;

/** The store cannot do what was asked; the message is one line that names what is in the way. */
public class CheckpointStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CheckpointStoreException(String line) {
    super(line);
  }

  public CheckpointStoreException(String line, Throwable cause) {
    super(line, cause);
  }
}
