package deepspeech.checkpoint;

/** There is no complete checkpoint of that name. */
public final class CheckpointNotFoundException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  public CheckpointNotFoundException(String line) {
    super(line);
  }
}
