package deepspeech.trainer.run;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.OutOfMemoryException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchShape;
import deepspeech.trainer.training.RunFailedException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs the largest batch through the model before training, so that a lack of memory shows at once.
 */
final class DryRun {
  private final TrainingConfiguration configuration;
  private final Devices devices;
  private final BatchShape largest;

  /**
   * Prepares a dry run.
   *
   * @param largest the largest batch of all epochs
   */
  DryRun(TrainingConfiguration configuration, Devices devices, BatchShape largest) {
    this.configuration = configuration;
    this.devices = devices;
    this.largest = largest;
  }

  /**
   * Runs a forward and a backward pass through the largest batch.
   *
   * @param computation a forward and a backward pass through a batch of the given shape
   * @param nanoTime a clock such as {@link System#nanoTime()}
   * @return how long it took
   * @throws InsufficientMemoryException if there is not enough memory; the message names the shape
   *     and what to lower
   */
  Duration perform(Consumer<BatchShape> computation, LongSupplier nanoTime) {
    long start = nanoTime.getAsLong();
    try {
      computation.accept(largest);
    } catch (OutOfMemoryException e) {
      throw new InsufficientMemoryException(reason(), e);
    }
    return Duration.ofNanos(nanoTime.getAsLong() - start);
  }

  /** Creates the failure of a run whose batch does not fit into memory. */
  RunFailedException tooLarge(OutOfMemoryException e) {
    return new RunFailedException(reason(), e);
  }

  private String reason() {
    return "out of memory on %s: %s; lower %s or max_duration, which is %s"
        .formatted(devices, shape(), sizeArgument(), configuration.maxDuration());
  }

  /** Describes the largest batch for a message. */
  String shape() {
    return "the largest batch has %d utterances of up to %d frames and %d labels"
        .formatted(largest.utterances(), largest.frames(), largest.labels());
  }

  private String sizeArgument() {
    return configuration
        .maxBatchFrames()
        .map(frames -> "max_batch_frames, which is " + frames)
        .orElseGet(() -> "batch_size, which is " + configuration.batchSize() + " per device,");
  }
}
