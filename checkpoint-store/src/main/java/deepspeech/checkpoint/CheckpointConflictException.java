package deepspeech.checkpoint;

/** A checkpoint of that name is there already, with other content. */
public final class CheckpointConflictException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  public CheckpointConflictException(String line) {
    super(line);
  }
}
