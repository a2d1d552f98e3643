package deepspeech.trainer.optimizer;

import deepspeech.messages.InvalidMessageException;

/**
 * The learning rate of each epoch: it falls by a factor from one epoch to the next, and it is
 * multiplied by the number of devices, since each step sees so many batches.
 *
 * @param learningRate of the first epoch, for one device
 * @param devices how many devices share a step
 */
public record LearningRateSchedule(double learningRate, int devices) {
  /** What the learning rate is multiplied with after an epoch. */
  public static final double DECAY = 0.83;

  /** Checks the ranges. */
  public LearningRateSchedule {
    InvalidMessageException.require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learning_rate",
        learningRate,
        "a number above 0");
    InvalidMessageException.require(devices >= 1, "devices", devices, "1 or more");
  }

  /**
   * The learning rate of an epoch.
   *
   * @param epoch from 0
   */
  public double at(int epoch) {
    InvalidMessageException.require(epoch >= 0, "epoch", epoch, "from 0");
    return devices * learningRate * Math.pow(DECAY, epoch);
  }
}
