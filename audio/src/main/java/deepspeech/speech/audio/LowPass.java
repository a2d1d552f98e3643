package deepspeech.speech.audio;

/**
 * A windowed-sinc low-pass filter, designed by J. F. Kaiser's formulas.
 *
 * <p>Source: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function"
 * (1974); J. O. Smith, "Digital Audio Resampling" (CCRMA, Stanford). Frequencies are fractions of
 * the sample rate.
 */
final class LowPass {
  private final double cutoff;
  private final double halfWidth;
  private final double beta;

  /**
   * Designs the filter.
   *
   * @param stopBandDb attenuation of the stop band in dB, above 50
   * @param passBandEdge end of the pass band
   * @param stopBandEdge beginning of the stop band, above {@code passBandEdge}
   */
  LowPass(double stopBandDb, double passBandEdge, double stopBandEdge) {
    this.cutoff = passBandEdge + stopBandEdge;
    this.halfWidth =
        (stopBandDb - 7.95) / (2.285 * 2 * Math.PI * (stopBandEdge - passBandEdge)) / 2;
    this.beta = 0.1102 * (stopBandDb - 8.7);
  }

  /**
   * The half width of the impulse response in samples. The response is 0 beyond this distance from
   * its middle.
   */
  double halfWidth() {
    return halfWidth;
  }

  /**
   * Returns the impulse response at a distance from its middle, in samples, up to a constant
   * factor.
   */
  double at(double distance) {
    double edge = distance / halfWidth;
    return Math.abs(edge) < 1
        ? sinc(cutoff * distance) * besselI0(beta * Math.sqrt(1 - edge * edge))
        : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }

  /**
   * Returns the modified Bessel function of the first kind and order 0, computed by its power
   * series.
   */
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
