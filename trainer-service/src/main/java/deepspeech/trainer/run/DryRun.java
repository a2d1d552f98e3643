package deepspeech.trainer.run;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.OutOfMemoryException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchShape;
import deepspeech.trainer.training.RunFailedException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Runs the largest batch through the model before training, so that a lack of memory shows at once.
 */
final class DryRun {
  /** The beginning of the warning about the largest batch, and of no other one. */
  static final String LARGEST = "memory: ";

  /** The beginning of the warning about steps. */
  static final String RECOMPUTED = "memory ran out on ";

  private final TrainingConfiguration configuration;
  private final Devices devices;
  private final BatchShape largest;

  /**
   * The result of a dry run.
   *
   * @param recomputed true if the largest batch fits into memory only with recomputation
   */
  record Result(Duration took, boolean recomputed) {}

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
   * @param computation a forward and a backward pass through a batch of the given shape; true if it
   *     fits into memory only with recomputation
   * @param nanoTime a clock such as {@link System#nanoTime()}
   * @throws InsufficientMemoryException if there is not enough memory; the message names the shape
   *     and what to lower
   */
  Result perform(Predicate<BatchShape> computation, LongSupplier nanoTime) {
    long start = nanoTime.getAsLong();
    try {
      boolean recomputed = computation.test(largest);
      return new Result(Duration.ofNanos(nanoTime.getAsLong() - start), recomputed);
    } catch (OutOfMemoryException e) {
      throw new InsufficientMemoryException(reason(), e);
    }
  }

  /** Returns the warning that the largest batch fits into memory only with recomputation. */
  String recomputation() {
    return LARGEST
        + "%s does not hold what a step of the largest batch keeps: such a step computes its layers twice and takes longer; %s"
            .formatted(devices, advice());
  }

  /** Returns the warning that memory ran out in a number of steps; none if it did in no step. */
  List<String> recomputation(int steps) {
    return steps == 0
        ? List.of()
        : List.of(
            RECOMPUTED
                + "%s in %d steps since this trainer has the run; they were computed once more with less memory, which takes longer; %s"
                    .formatted(devices, steps, advice()));
  }

  /** Creates the failure of a run whose batch does not fit into memory. */
  RunFailedException tooLarge(OutOfMemoryException e) {
    return new RunFailedException(reason(), e);
  }

  private String reason() {
    return "out of memory on %s: %s".formatted(devices, advice());
  }

  private String advice() {
    return "%s; lower %s or max_duration, which is %s"
        .formatted(shape(), sizeArgument(), configuration.maxDuration());
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
