package deepspeech.checkpoint;

import deepspeech.messages.checkpoint.CheckpointId;

/** Another writer has moved the pointer, or it stands further on: this writer has lost. */
public final class PointerConflictException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  private final CheckpointId winner;

  public PointerConflictException(String line, CheckpointId winner) {
    super(line);
    this.winner = winner;
  }

  /** The checkpoint that the pointer names. */
  public CheckpointId winner() {
    return winner;
  }
}
