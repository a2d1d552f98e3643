package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;

/**
 * What stays the same over all steps. The decay rates of the moments are 0.9 and 0.999, epsilon is
 * 1e-8.
 *
 * @param weightDecay L2: this times the weight is added to its gradient
 * @param maximumNorm gradients whose global norm is larger are scaled down to it
 */
public record AdamSettings(double weightDecay, double maximumNorm) {
  /** The settings of DeepSpeech2 training: L2 5e-4, clipping at 400. */
  public static final AdamSettings DEFAULT = new AdamSettings(5e-4, 400);

  /** Checks the ranges. */
  public AdamSettings {
    InvalidMessageException.require(weightDecay >= 0, "weight decay", weightDecay, "from 0");
    InvalidMessageException.require(maximumNorm > 0, "maximum norm", maximumNorm, "above 0");
  }
}
