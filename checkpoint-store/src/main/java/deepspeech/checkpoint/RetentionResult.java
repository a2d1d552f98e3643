package deepspeech.checkpoint;

import deepspeech.messages.checkpoint.CheckpointId;
import java.util.List;

/**
 * What a clean-up did.
 *
 * @param kept complete checkpoints that stay, oldest first
 * @param removed complete checkpoints that went, oldest first
 * @param orphans positions whose unfinished or half-deleted files went, oldest first
 */
public record RetentionResult(
    List<CheckpointId> kept, List<CheckpointId> removed, List<CheckpointId> orphans) {

  public RetentionResult {
    kept = List.copyOf(kept);
    removed = List.copyOf(removed);
    orphans = List.copyOf(orphans);
  }
}
