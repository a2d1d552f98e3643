package deepspeech.speech.audio;

/**
 * The windowed-sinc low-pass filter by J. F. Kaiser's formulas.
 *
 * <p>Source: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function"
 * (1974); J. O. Smith, "Digital Audio Resampling" (CCRMA, Stanford). Frequencies are parts of the
 * sample rate.
 */
final class LowPass {
  private final double cutoff;
  private final double halfWidth;
  private final double beta;

  /**
   * Designs the filter.
   *
   * @param stopBandDb what the stop band is down, above 50
   * @param passBandEdge where the pass band ends
   * @param stopBandEdge where the stop band begins, above {@code passBandEdge}
   */
  LowPass(double stopBandDb, double passBandEdge, double stopBandEdge) {
    this.cutoff = passBandEdge + stopBandEdge;
    this.halfWidth =
        (stopBandDb - 7.95) / (2.285 * 2 * Math.PI * (stopBandEdge - passBandEdge)) / 2;
    this.beta = 0.1102 * (stopBandDb - 8.7);
  }

  /** How far from its middle the impulse response is not 0, in samples. */
  double halfWidth() {
    return halfWidth;
  }

  /** The impulse response at a distance in samples from its middle, to a constant factor. */
  double at(double distance) {
    double edge = distance / halfWidth;
    return Math.abs(edge) < 1
        ? sinc(cutoff * distance) * besselI0(beta * Math.sqrt(1 - edge * edge))
        : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }

  /** The modified Bessel function of the first kind and order 0, by its power series. */
  private static double besselI0(double x) {
    double term = 1;
    double sum = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= x / (2 * k) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }
}
