package deepspeech.acoustic.model;

import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.configuration.TrainingConfiguration;

/**
 * How a step changes the weights.
 *
 * @param normByTimes true if the gradient of each utterance's loss is divided by the utterance's
 *     output frames, as PaddlePaddle's {@code warpctc} does with {@code norm_by_times}; the losses
 *     are not
 * @param emaDecay the decay of the exponential moving average of the weights, from 0, below 1; 0 if
 *     there is none
 * @param dropout which values are dropped
 * @param synchronisedStatistics true if batch normalisation has the statistics of the utterances of
 *     all devices (as {@code torch.nn.SyncBatchNorm}), false if each device has those of its own
 * @param precision of matrix products
 */
public record StepSettings(
    AdamSettings optimizer,
    boolean normByTimes,
    double emaDecay,
    Dropout dropout,
    boolean synchronisedStatistics,
    Precision precision) {
  /** The settings that the defaults of a run give. */
  public static final StepSettings DEFAULT = of(TrainingConfiguration.defaults());

  /** The same in single precision, with which each device has the statistics of its utterances. */
  public StepSettings(
      AdamSettings optimizer, boolean normByTimes, double emaDecay, Dropout dropout) {
    this(optimizer, normByTimes, emaDecay, dropout, false, Precision.F32);
  }

  public StepSettings {
    InvalidMessageException.require(
        emaDecay >= 0 && emaDecay < 1, "EMA decay", emaDecay, "from 0, below 1");
  }

  /** Returns the settings that the arguments of a run give. */
  public static StepSettings of(TrainingConfiguration configuration) {
    return new StepSettings(
        AdamSettings.of(configuration.optimizer()),
        configuration.normByTimes(),
        configuration.averaging().emaDecay(),
        new Dropout(configuration.dropout(), configuration.seed()),
        configuration.synchronisedStatistics(),
        configuration.precision());
  }
}
