package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.model.ModelState;
import deepspeech.trainer.training.TrainingState;
import java.time.Duration;
import java.time.Instant;

/**
 * A copy of the training state in JVM memory, from which a checkpoint is written.
 *
 * @param takenAt the time of the copy
 * @param begin {@link System#nanoTime()} before the copy
 * @param model weights, optimiser and moving average
 * @param epochs the weights at the ends of epochs
 */
public record CheckpointCopy(
    TrainingState state, Instant takenAt, long begin, ModelState model, EpochWindow.Part epochs) {
  /** The time since the copy began. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
