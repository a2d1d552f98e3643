package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;

/**
 * {@code latest.json}: the checkpoint from which a run resumes.
 *
 * @param writer process that moved the pointer to the checkpoint
 */
public record LatestPointer(RunId run, CheckpointId checkpoint, String writer, Instant movedAt) {
  public LatestPointer {
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
  }
}
