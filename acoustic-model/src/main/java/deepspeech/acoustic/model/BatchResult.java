package deepspeech.acoustic.model;

/**
 * The result of adding a batch to those of a step.
 *
 * @param losses negative log likelihood of each utterance in nats, in the order of the batch;
 *     infinite if the labels cannot be aligned to the output frames
 * @param skipped true if a loss, the gradient's norm or a running statistic was not finite; the
 *     step is taken without the batch
 * @param overflowed true if it was skipped because the scale of the loss was too large for the
 *     gradient in half precision
 * @param recomputed true if memory ran out, and the gradient was computed once more with less
 *     memory
 */
public record BatchResult(float[] losses, boolean skipped, boolean overflowed, boolean recomputed) {
  /** The result of a batch without a scale of the loss. */
  public BatchResult(float[] losses, boolean skipped, boolean recomputed) {
    this(losses, skipped, false, recomputed);
  }

  /** Returns the mean negative log likelihood per sample, in nats. */
  public double meanLoss() {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }
}
