package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.ScheduleArguments;

/**
 * The learning rate of each batch of a run: a function of the batch's position alone, and for
 * {@code plateau} of the number of reductions, which checkpoints record. So a run that resumes at a
 * position has the rates of one that was never interrupted. All rates are multiplied by the number
 * of devices, because each step processes one batch per device.
 *
 * <p>A schedule begins with the first batch of its first epoch. Earlier epochs have the learning
 * rate of that batch.
 */
public interface LearningRateSchedule {
  /**
   * Returns the learning rate of a batch, above 0.
   *
   * @param epoch from 1
   * @param batch of the epoch, from 0
   */
  double at(int epoch, int batch);

  /**
   * Returns the schedule after a number of reductions by test results. Only {@code plateau} depends
   * on it.
   *
   * @param times the number of reductions since the schedule began
   */
  default LearningRateSchedule reduced(int times) {
    return this;
  }

  /**
   * Returns the schedule of a run.
   *
   * @param batches the number of batches of each epoch of the run, each at least 1
   * @param devices number of devices that share a step
   * @throws InvalidMessageException if the warm-up leaves no batch for the fall to the floor
   */
  static LearningRateSchedule of(ScheduleArguments arguments, int[] batches, int devices) {
    InvalidMessageException.require(devices >= 1, "devices", devices, "1 or more");
    int first = arguments.firstEpoch();
    double largest = arguments.learningRate();
    return switch (arguments.type()) {
      // This product gives the rates of all earlier versions to the bit.
      case EXPONENTIAL ->
          (epoch, batch) ->
              devices * largest * Math.pow(arguments.decay(), Math.max(0, epoch - first));
      case CONSTANT -> (epoch, batch) -> devices * largest;
      case WARMUP_COSINE -> {
        WarmupCosine cosine = WarmupCosine.of(arguments, new BatchPositions(first, batches));
        yield (epoch, batch) -> devices * cosine.at(epoch, batch);
      }
      case NOAM -> {
        Noam noam = new Noam(largest, arguments.warmupSteps());
        BatchPositions positions = new BatchPositions(first, batches);
        yield (epoch, batch) -> devices * noam.at(positions.steps(epoch, batch));
      }
      case PLATEAU -> new ReducedRate(largest, arguments.decay(), arguments.floor(), devices, 0);
    };
  }
}
