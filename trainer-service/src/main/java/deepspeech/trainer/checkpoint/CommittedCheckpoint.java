package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.trainer.training.TrainingState;
import java.time.Duration;

/**
 * A checkpoint that is complete in the store.
 *
 * @param took time from the copy of the weights until the checkpoint was complete
 */
public record CommittedCheckpoint(TrainingState state, StoredCheckpoint stored, Duration took) {}
