package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;

/**
 * The settings that are constant over all steps. The decay rates of the moments are 0.9 and 0.999,
 * and epsilon is 1e-8.
 *
 * @param weightDecay L2 coefficient: this times the weight is added to the weight's gradient
 * @param maximumNorm gradients with a larger global norm are scaled down to this norm
 */
public record AdamSettings(double weightDecay, double maximumNorm) {
  /** The settings of DeepSpeech2 training: L2 5e-4, clipping at 400. */
  public static final AdamSettings DEFAULT = new AdamSettings(5e-4, 400);

  public AdamSettings {
    InvalidMessageException.require(weightDecay >= 0, "weight decay", weightDecay, "from 0");
    InvalidMessageException.require(maximumNorm > 0, "maximum norm", maximumNorm, "above 0");
  }
}
