package deepspeech.checkpoint;

import java.util.List;
import java.util.Optional;

/**
 * The newest checkpoint that can be used, and those passed over on the way to it.
 *
 * @param checkpoint empty if no checkpoint can be used
 * @param damaged newer ones, newest first, each with what is wrong with it
 */
public record NewestIntactCheckpoint(
    Optional<LocalCheckpoint> checkpoint, List<DamagedCheckpointException> damaged) {

  public NewestIntactCheckpoint {
    damaged = List.copyOf(damaged);
  }
}
