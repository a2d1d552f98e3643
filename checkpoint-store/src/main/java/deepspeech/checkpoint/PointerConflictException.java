package deepspeech.checkpoint;

import deepspeech.messages.identity.CheckpointId;

/**
 * This writer did not move the pointer, because another writer has moved it or it names a later
 * checkpoint.
 */
public final class PointerConflictException extends CheckpointStoreException {
  private static final long serialVersionUID = 1L;

  private final CheckpointId winner;

  public PointerConflictException(String line, CheckpointId winner) {
    super(line);
    this.winner = winner;
  }

  /** The checkpoint that the pointer names now. */
  public CheckpointId winner() {
    return winner;
  }
}
