package deepspeech.checkpoint;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;

/** A file of a checkpoint differs from what was committed, or is missing. */
public final class DamagedCheckpointException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  private final RunId run;
  private final CheckpointId checkpoint;
  private final String file;

  /**
   * @param file its name
   * @param expected what was committed
   * @param found what the store holds
   */
  public DamagedCheckpointException(
      RunId run, CheckpointId checkpoint, String file, String expected, String found) {
    super(
        "checkpoint %s of run %s is damaged: %s: expected %s, found %s"
            .formatted(checkpoint, run, file, expected, found));
    this.run = run;
    this.checkpoint = checkpoint;
    this.file = file;
  }

  public RunId run() {
    return run;
  }

  public CheckpointId checkpoint() {
    return checkpoint;
  }

  /** Name of the damaged file. */
  public String file() {
    return file;
  }
}
