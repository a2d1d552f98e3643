package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.trainer.training.TrainingState;
import java.time.Instant;
import java.util.Optional;

/**
 * The checkpoint from which a run recovers, without its weights.
 *
 * @param stored its entry in the store
 */
public record RecoveredCheckpoint(StoredCheckpoint stored, TrainingState state) {
  /**
   * The time at which the training state was copied; {@link Instant#EPOCH} for an old checkpoint
   * that does not record it.
   */
  public Instant takenAt() {
    return time(CheckpointWriter.TAKEN_AT).orElse(Instant.EPOCH);
  }

  /**
   * The time before which no event that follows the checkpoint was published; {@link #takenAt} for
   * an old checkpoint that does not record it.
   */
  public Instant eventsSince() {
    return time(CheckpointWriter.EVENTS_SINCE).orElseGet(this::takenAt);
  }

  private Optional<Instant> time(String key) {
    return Optional.ofNullable(stored.metadata().get(key)).map(Instant::parse);
  }
}
