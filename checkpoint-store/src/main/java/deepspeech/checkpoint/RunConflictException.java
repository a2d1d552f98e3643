package deepspeech.checkpoint;

/** Another writer has changed {@code run.json} since it was read. */
public final class RunConflictException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  public RunConflictException(String line) {
    super(line);
  }
}
