package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.OptimizerArguments;
import deepspeech.messages.configuration.TrainingConfiguration;

/**
 * The settings that are constant over all steps.
 *
 * @param beta1 decay rate of the first moment, from 0, below 1
 * @param beta2 decay rate of the second moment, from 0, below 1
 * @param epsilon added to the root of the second moment, above 0
 * @param weightDecay L2 coefficient: this times the weight is added to the weight's gradient
 * @param maximumNorm gradients with a larger global norm are scaled down to this norm
 */
public record AdamSettings(
    double beta1, double beta2, double epsilon, double weightDecay, double maximumNorm) {
  /** The settings of DeepSpeech2 training: L2 5e-4, clipping at 400, and the paper's for Adam. */
  public static final AdamSettings DEFAULT = of(TrainingConfiguration.defaults().optimizer());

  public AdamSettings {
    InvalidMessageException.require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "from 0, below 1");
    InvalidMessageException.require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "from 0, below 1");
    InvalidMessageException.require(epsilon > 0, "epsilon", epsilon, "above 0");
    InvalidMessageException.require(weightDecay >= 0, "weight decay", weightDecay, "from 0");
    InvalidMessageException.require(maximumNorm > 0, "maximum norm", maximumNorm, "above 0");
  }

  /** Returns the settings that the arguments of a run give. */
  public static AdamSettings of(OptimizerArguments arguments) {
    return new AdamSettings(
        arguments.beta1(),
        arguments.beta2(),
        arguments.epsilon(),
        arguments.weightDecay(),
        arguments.gradientClip());
  }

  /** Returns the same with another L2 coefficient and another norm for clipping. */
  public AdamSettings with(double weightDecay, double maximumNorm) {
    return new AdamSettings(beta1, beta2, epsilon, weightDecay, maximumNorm);
  }
}
