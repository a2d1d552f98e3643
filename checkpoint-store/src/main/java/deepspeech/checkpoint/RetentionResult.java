package deepspeech.checkpoint;

import deepspeech.messages.checkpoint.CheckpointId;
import java.util.List;

/**
 * The result of a clean-up.
 *
 * @param kept complete checkpoints that were retained, oldest first
 * @param removed complete checkpoints that were removed, oldest first
 * @param orphans positions whose unfinished or half-deleted files were removed, oldest first
 */
public record RetentionResult(
    List<CheckpointId> kept, List<CheckpointId> removed, List<CheckpointId> orphans) {

  public RetentionResult {
    kept = List.copyOf(kept);
    removed = List.copyOf(removed);
    orphans = List.copyOf(orphans);
  }
}
