package deepspeech.acoustic.model;

import java.util.Arrays;

/**
 * What one training step did.
 *
 * @param losses negative log likelihood of each utterance in nats, in the order of the batch;
 *     infinite where its labels cannot be aligned to its output frames
 * @param gradientNorm Euclidean norm of the gradient of the summed loss, before clipping; of the
 *     whole batch over all devices, with respect to the parameters that are trained
 * @param skipped true if a loss or the norm was not finite: then weights, moments, step and running
 *     statistics are as before
 */
public record StepResult(float[] losses, double gradientNorm, boolean skipped) {
  /** The loss that was minimised: the sum over the batch. */
  public double loss() {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum;
  }

  /** Mean negative log likelihood a sample, which is what is reported. */
  public double meanLoss() {
    return loss() / losses.length;
  }

  @Override
  public String toString() {
    return "StepResult[meanLoss=%s, gradientNorm=%s, skipped=%s, losses=%s]"
        .formatted(meanLoss(), gradientNorm, skipped, Arrays.toString(losses));
  }
}
