package deepspeech.cli.simulation;

/**
 * The averages of the weights that a run makes. {@code model.onnx} is made of an average then, and
 * is tested as without: a checkpoint has one test.
 *
 * @param moving true for a moving average: {@code ema_decay} above 0
 * @param epochs {@code average_checkpoints}, from 1, which is no average
 */
public record WeightAverages(boolean moving, int epochs) {
  /** No average. */
  public static final WeightAverages NONE = new WeightAverages(false, 1);

  /** Copies of the weights in a checkpoint, beside those without an average. */
  int stored() {
    // The mean of the epochs, and the weights of the earlier ones that are not model.safetensors.
    return copied() + epochs - 1;
  }

  /**
   * Copies of the weights that training copies for a checkpoint, beside those without an average.
   */
  int copied() {
    return moving ? 1 : 0;
  }
}
