package deepspeech.checkpoint;

import java.util.List;
import java.util.Optional;

/**
 * The newest usable checkpoint, and the damaged ones that were skipped.
 *
 * @param checkpoint empty if no checkpoint can be used
 * @param damaged damaged checkpoints that are newer, newest first, each with its damage
 */
public record NewestIntactCheckpoint(
    Optional<LocalCheckpoint> checkpoint, List<DamagedCheckpointException> damaged) {

  public NewestIntactCheckpoint {
    damaged = List.copyOf(damaged);
  }
}
