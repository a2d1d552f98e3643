package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;

/**
 * The learning rate of each epoch: it falls by a factor from one epoch to the next, and it is
 * multiplied by the number of devices, since each step sees so many batches.
 *
 * @param learningRate of the first epoch, for one device
 * @param firstEpoch from which the learning rate falls, from 1; earlier ones have it undiminished
 * @param devices how many devices share a step
 */
public record LearningRateSchedule(double learningRate, int firstEpoch, int devices) {
  /** What the learning rate is multiplied with after an epoch. */
  public static final double DECAY = 0.83;

  /** Checks the ranges. */
  public LearningRateSchedule {
    InvalidMessageException.require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learning_rate",
        learningRate,
        "a number above 0");
    InvalidMessageException.require(
        firstEpoch >= 1, "learning_rate_epoch", firstEpoch, "a whole number from 1");
    InvalidMessageException.require(devices >= 1, "devices", devices, "1 or more");
  }

  /**
   * The learning rate of an epoch.
   *
   * @param epoch from 1
   */
  public double at(int epoch) {
    InvalidMessageException.require(epoch >= 1, "epoch", epoch, "from 1");
    return devices * learningRate * Math.pow(DECAY, Math.max(0, epoch - firstEpoch));
  }
}
