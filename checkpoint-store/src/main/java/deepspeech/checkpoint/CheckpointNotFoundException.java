package deepspeech.checkpoint;

/** No complete checkpoint has that name, or the checkpoint has no such file. */
public final class CheckpointNotFoundException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  public CheckpointNotFoundException(String line) {
    super(line);
  }
}
