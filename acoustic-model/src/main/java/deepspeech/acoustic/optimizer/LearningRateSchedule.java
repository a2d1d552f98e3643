package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.ScheduleArguments;

/**
 * The learning rate of each step of a run: a function of the step's position alone, and for {@code
 * plateau} of the number of reductions, which checkpoints record. So a run that resumes at a
 * position has the rates of one that was never interrupted. All rates are multiplied by the number
 * of devices, because each batch has a share for each of them.
 *
 * <p>A schedule begins with the first step of its first epoch. Earlier epochs have the learning
 * rate of that step.
 */
public interface LearningRateSchedule {
  /**
   * Returns the learning rate of a step, above 0.
   *
   * @param epoch from 1
   * @param step of the epoch, from 0
   */
  double at(int epoch, int step);

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
   * @param steps the number of steps of each epoch of the run, each at least 1: of batches, or of
   *     groups of {@code accumulate_batches}
   * @param devices number of devices that share a step
   * @throws InvalidMessageException if the warm-up leaves no step for the fall to the floor
   */
  static LearningRateSchedule of(ScheduleArguments arguments, int[] steps, int devices) {
    InvalidMessageException.require(devices >= 1, "devices", devices, "1 or more");
    int first = arguments.firstEpoch();
    double largest = arguments.learningRate();
    return switch (arguments.type()) {
      // This product gives the rates of all earlier versions to the bit.
      case EXPONENTIAL ->
          (epoch, step) ->
              devices * largest * Math.pow(arguments.decay(), Math.max(0, epoch - first));
      case CONSTANT -> (epoch, step) -> devices * largest;
      case WARMUP_COSINE -> {
        WarmupCosine cosine = WarmupCosine.of(arguments, new StepPositions(first, steps));
        yield (epoch, step) -> devices * cosine.at(epoch, step);
      }
      case NOAM -> {
        Noam noam = new Noam(largest, arguments.warmupSteps());
        StepPositions positions = new StepPositions(first, steps);
        yield (epoch, step) -> devices * noam.at(positions.before(epoch, step));
      }
      case PLATEAU -> new ReducedRate(largest, arguments.decay(), arguments.floor(), devices, 0);
    };
  }
}
