package deepspeech.acoustic.model;

import java.util.Arrays;

/**
 * The result of one training step.
 *
 * @param losses negative log likelihood of each utterance in nats, in the order of the batches; of
 *     the batches that were skipped if there is no other; infinite if the labels cannot be aligned
 *     to the output frames
 * @param gradientNorm Euclidean norm of the gradient, before clipping. It covers all batches of the
 *     step over all devices and the parameters that are trained.
 * @param skipped true if a loss, the norm or a running statistic of every batch was not finite, or
 *     the norm of the sum; weights, moments, step and running statistics are then unchanged
 * @param overflowed true if it was skipped because the scale of the loss was too large for a
 *     gradient in half precision; the scale is smaller now
 * @param recomputed true if memory ran out, and the gradient of a batch was computed once more with
 *     less memory
 * @param bytesReceived the bytes of gradients, weights and running statistics that the device which
 *     received most of them received from the others; 0 with one device
 */
public record StepResult(
    float[] losses,
    double gradientNorm,
    boolean skipped,
    boolean overflowed,
    boolean recomputed,
    long bytesReceived) {
  /** The result of a step on one device without a scale of the loss. */
  public StepResult(float[] losses, double gradientNorm, boolean skipped, boolean recomputed) {
    this(losses, gradientNorm, skipped, false, recomputed, 0);
  }

  /** Returns the loss that was minimised: the sum over the batches, in nats. */
  public double loss() {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum;
  }

  /** Returns the mean negative log likelihood per sample, in nats. Training reports this value. */
  public double meanLoss() {
    return loss() / losses.length;
  }

  @Override
  public String toString() {
    return "StepResult[meanLoss=%s, gradientNorm=%s, skipped=%s, losses=%s]"
        .formatted(meanLoss(), gradientNorm, skipped, Arrays.toString(losses));
  }
}
