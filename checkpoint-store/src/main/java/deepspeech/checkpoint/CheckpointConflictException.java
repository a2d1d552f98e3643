package deepspeech.checkpoint;

/**
 * A checkpoint of that id already exists with other content, or is being committed by this process,
 * or a pin prevents the operation.
 */
public final class CheckpointConflictException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  public CheckpointConflictException(String line) {
    super(line);
  }
}
