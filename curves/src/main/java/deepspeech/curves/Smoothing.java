package deepspeech.curves;

/**
 * The exponential average of TensorBoard's scalar charts ("classic smoothing"). Each value is the
 * average of all values up to it, weighted by w^age. The bias towards the initial zero is corrected
 * as in Adam (Kingma and Ba, "Adam", 2015, section 3).
 */
public final class Smoothing {
  private Smoothing() {}

  /**
   * Smooths values.
   *
   * @param values finite
   * @param weight of earlier values, from 0 (no change), below 1
   * @return the same number of values
   */
  public static double[] smooth(double[] values, double weight) {
    double[] smoothed = new double[values.length];
    double last = 0;
    double remaining = 1;
    for (int i = 0; i < values.length; i++) {
      last = weight * last + (1 - weight) * values[i];
      remaining *= weight;
      smoothed[i] = last / (1 - remaining);
    }
    return smoothed;
  }
}
