package deepspeech.speech.audio;

/**
 * Halves a sample rate. The frequency response is symmetric about a quarter of the rate, so every
 * other coefficient is 0 and the middle one is 0.5.
 *
 * <p>Source: F. Mintzer, "On half-band, third-band, and Nth-band FIR filters and their design"
 * (1982).
 *
 * <p>Instances are immutable and can be shared between threads.
 */
final class HalfBandFilter {
  /**
   * The coefficients of the samples at the distances 1, 3, 5, … from the middle, on both sides.
   * Their number is even.
   */
  private final float[] coefficients;

  /**
   * Designs the filter.
   *
   * @param stopBandDb attenuation of frequencies that would alias into the band, in dB
   * @param band upper edge of the band to keep, as a fraction of the sample rate before halving,
   *     below 0.25
   */
  HalfBandFilter(double stopBandDb, double band) {
    LowPass lowPass = new LowPass(stopBandDb, band, 0.5 - band);
    int pairs = (int) ((lowPass.halfWidth() + 1) / 2);
    double[] exact = new double[(pairs + 1) / 2 * 2];
    double sum = 0;
    for (int i = 0; i < pairs; i++) {
      exact[i] = lowPass.at(2 * i + 1);
      sum += exact[i];
    }
    this.coefficients = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      // With the middle coefficient of 0.5 the gain at frequency 0 is 1.
      coefficients[i] = (float) (exact[i] / sum / 4);
    }
  }

  /** The number of rows that the filter needs on each side beyond the period of the input. */
  int reach() {
    return 2 * coefficients.length;
  }

  /**
   * Computes the rows of the output from those of the input. The period of the input is twice that
   * of the output.
   */
  void apply(SignalRows input, SignalRows output, int columns) {
    for (int r = 0; r < output.period(); r++) {
      float[] result = output.row(r);
      half(result, input.row(2 * r), columns);
      for (int i = 0; i < coefficients.length; i += 2) {
        int distance = 2 * i + 1;
        addPairs(
            result,
            input.row(2 * r - distance),
            input.row(2 * r + distance),
            input.row(2 * r - distance - 2),
            input.row(2 * r + distance + 2),
            coefficients[i],
            coefficients[i + 1],
            columns);
      }
    }
  }

  private static void half(float[] result, float[] middle, int columns) {
    for (int i = 0; i < columns; i++) {
      result[i] = 0.5f * middle[i];
    }
  }

  private static void addPairs(
      float[] result,
      float[] a0,
      float[] b0,
      float[] a1,
      float[] b1,
      float c0,
      float c1,
      int columns) {
    for (int i = 0; i < columns; i++) {
      result[i] += c0 * (a0[i] + b0[i]) + c1 * (a1[i] + b1[i]);
    }
  }
}
