package deepspeech.messages.run;

import deepspeech.messages.identity.CheckpointId;
import java.util.List;

/**
 * The checkpoints of a run in the store.
 *
 * @param lastCheckpoint newest complete checkpoint; null if there is none
 * @param checkpoints complete checkpoints in the store, oldest first; null until known
 * @param pinned checkpoints that a person has pinned, oldest first; null until known
 */
public record RunCheckpoints(
    CheckpointId lastCheckpoint, List<CheckpointId> checkpoints, List<CheckpointId> pinned) {
  /** The checkpoints of a run that has none yet. */
  public static final RunCheckpoints UNKNOWN = new RunCheckpoints(null, null, null);

  public RunCheckpoints {
    checkpoints = checkpoints == null ? null : List.copyOf(checkpoints);
    pinned = pinned == null ? null : List.copyOf(pinned);
  }
}
