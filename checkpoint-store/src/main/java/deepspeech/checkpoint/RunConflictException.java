package deepspeech.checkpoint;

/** Another writer has created or changed {@code run.json} meanwhile. */
public final class RunConflictException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  public RunConflictException(String line) {
    super(line);
  }
}
