package deepspeech.curves;

/**
 * The exponential average of TensorBoard's scalar charts ("classic smoothing"): each value is the
 * average of all values up to it, weighted by w^age, whose bias towards the zero that it begins
 * with is taken out as in Adam (Kingma and Ba, "Adam", 2015, section 3).
 */
public final class Smoothing {
  private Smoothing() {}

  /**
   * Smooths values.
   *
   * @param values finite
   * @param weight of the past, from 0, which changes nothing, below 1
   * @return as many values
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
