package deepspeech.checkpoint;

import deepspeech.messages.identity.CheckpointId;
import java.util.List;

/**
 * The result of a clean-up.
 *
 * @param retained complete checkpoints that were retained, oldest first
 * @param removed complete checkpoints that were removed, oldest first
 * @param orphans positions whose unfinished or half-deleted files were removed, oldest first
 */
public record RetentionResult(
    List<CheckpointId> retained, List<CheckpointId> removed, List<CheckpointId> orphans) {

  public RetentionResult {
    retained = List.copyOf(retained);
    removed = List.copyOf(removed);
    orphans = List.copyOf(orphans);
  }
}
