package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;

/**
 * {@code best.json}: the checkpoint with the lowest test CER. Among equal ones it is the earlier
 * one.
 *
 * @param cer corpus character error rate on the test set, from 0
 * @param writer process that moved the pointer to the checkpoint
 */
public record BestPointer(
    RunId run, CheckpointId checkpoint, double cer, String writer, Instant movedAt) {

  public BestPointer {
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
    InvalidMessageException.require(
        Double.isFinite(cer) && cer >= 0, "cer", cer, "a finite number from 0");
  }

  /**
   * True if this pointer replaces {@code other}: a lower CER, or an equal CER and an earlier
   * checkpoint.
   */
  boolean isBetterThan(BestPointer other) {
    return cer < other.cer || (cer == other.cer && checkpoint.compareTo(other.checkpoint) < 0);
  }
}
