package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
import java.time.Instant;

/**
 * {@code best.json}: the checkpoint of the lowest test CER; of equals the earlier one.
 *
 * @param cer corpus character error rate on the test set, from 0
 * @param writer process that moved the pointer here
 */
public record BestPointer(
    RunId run, CheckpointId checkpoint, double cer, String writer, Instant movedAt) {

  public BestPointer {
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
    InvalidMessageException.require(
        Double.isFinite(cer) && cer >= 0, "cer", cer, "a finite number from 0");
  }

  /** True if this is to stand where {@code other} stands. */
  boolean isBetterThan(BestPointer other) {
    return cer < other.cer || (cer == other.cer && checkpoint.compareTo(other.checkpoint) < 0);
  }
}
