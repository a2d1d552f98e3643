package deepspeech.messages.configuration;

/**
 * The arguments of the optimiser, Adam.
 *
 * @param beta1 decay rate of the first moment, from 0, below 1
 * @param beta2 decay rate of the second moment, from 0, below 1
 * @param epsilon added to the root of the second moment, above 0
 * @param weightDecay L2 coefficient, from 0
 * @param gradientClip largest global norm of the gradients, above 0
 */
public record OptimizerArguments(
    double beta1, double beta2, double epsilon, double weightDecay, double gradientClip) {
  static OptimizerArguments of(TrainingConfiguration configuration) {
    return new OptimizerArguments(
        (Double) configuration.value(Argument.ADAM_BETA1),
        (Double) configuration.value(Argument.ADAM_BETA2),
        (Double) configuration.value(Argument.ADAM_EPSILON),
        (Double) configuration.value(Argument.WEIGHT_DECAY),
        (Double) configuration.value(Argument.GRADIENT_CLIP));
  }
}
