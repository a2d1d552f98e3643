package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;

/**
 * The learning rate of each epoch. It decays by a constant factor from one epoch to the next. It is
 * multiplied by the number of devices, because each step processes one batch per device.
 *
 * @param learningRate the learning rate up to and including {@code firstEpoch}, for one device
 * @param firstEpoch the epoch from which the learning rate decays, from 1; earlier epochs use the
 *     undiminished rate
 * @param devices number of devices that share a step
 */
public record LearningRateSchedule(double learningRate, int firstEpoch, int devices) {
  /** Factor of the learning rate from one epoch to the next. */
  public static final double DECAY = 0.83;

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
   * Returns the learning rate of an epoch.
   *
   * @param epoch from 1
   */
  public double at(int epoch) {
    InvalidMessageException.require(epoch >= 1, "epoch", epoch, "from 1");
    return devices * learningRate * Math.pow(DECAY, Math.max(0, epoch - firstEpoch));
  }
}
