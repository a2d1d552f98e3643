package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.trainer.training.TrainingState;
import java.time.Duration;

/**
 * A checkpoint that is complete in the store.
 *
 * @param took from the copy of the weights to the publication
 */
public record CommittedCheckpoint(TrainingState state, StoredCheckpoint stored, Duration took) {}
