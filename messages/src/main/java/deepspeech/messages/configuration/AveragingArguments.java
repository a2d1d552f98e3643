package deepspeech.messages.configuration;

/**
 * The arguments of the weights that {@code model.onnx} is made of.
 *
 * @param emaDecay decay of the exponential moving average of the weights, from 0, below 1; 0 if
 *     there is none
 * @param checkpoints number of epochs at whose ends the weights are averaged, from 1; 1 if they are
 *     not averaged
 */
public record AveragingArguments(double emaDecay, int checkpoints) {
  static AveragingArguments of(TrainingConfiguration configuration) {
    return new AveragingArguments(
        (Double) configuration.value(Argument.EMA_DECAY),
        (Integer) configuration.value(Argument.AVERAGE_CHECKPOINTS));
  }
}
