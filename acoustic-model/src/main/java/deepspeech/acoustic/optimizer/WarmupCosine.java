package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.ScheduleArguments;

/**
 * A linear rise, then half a cosine: equation 5 of Loshchilov and Hutter, "SGDR: stochastic
 * gradient descent with warm restarts", ICLR 2017, without a restart. As there, the position is
 * counted in epochs and changes with every step. So the rates of an epoch do not depend on how many
 * steps later epochs have.
 *
 * @param warmupEnd position of the first step behind the rise, in epochs
 * @param end position at which the floor is reached, in epochs
 */
record WarmupCosine(
    double largest,
    double floor,
    int warmupSteps,
    StepPositions positions,
    double warmupEnd,
    double end) {
  /**
   * Creates the schedule.
   *
   * @throws InvalidMessageException if the rise lasts up to the end
   */
  static WarmupCosine of(ScheduleArguments arguments, StepPositions positions) {
    int last = arguments.lastEpoch().orElse(positions.lastEpoch());
    if (last <= positions.lastEpoch()) {
      long steps = positions.stepsUpToEndOf(last);
      InvalidMessageException.require(
          arguments.warmupSteps() < steps,
          Argument.WARMUP_STEPS.argumentName(),
          arguments.warmupSteps(),
          "less than %d, which is the number of steps from epoch %d to epoch %d"
              .formatted(steps, arguments.firstEpoch(), last));
    }
    return new WarmupCosine(
        arguments.learningRate(),
        arguments.floor(),
        arguments.warmupSteps(),
        positions,
        positions.epochsOf(arguments.warmupSteps()),
        last - arguments.firstEpoch() + 1);
  }

  /** Returns the learning rate of a step. */
  double at(int epoch, int step) {
    long steps = positions.before(epoch, step);
    if (steps < warmupSteps) {
      return largest * (steps + 1) / warmupSteps;
    }
    double part = Math.min(1, (positions.epochs(epoch, step) - warmupEnd) / (end - warmupEnd));
    return floor + (largest - floor) * (1 + StrictMath.cos(Math.PI * part)) / 2;
  }
}
