package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.training.TrainingState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A copy of the training state in JVM memory, from which a checkpoint is written.
 *
 * @param takenAt the time of the copy
 * @param begin {@link System#nanoTime()} before the copy
 * @param parameters the weights
 * @param optimizer the optimiser state
 */
public record CheckpointCopy(
    TrainingState state,
    Instant takenAt,
    long begin,
    Map<String, Tensor> parameters,
    AdamState optimizer) {
  /** The time since the copy began. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
