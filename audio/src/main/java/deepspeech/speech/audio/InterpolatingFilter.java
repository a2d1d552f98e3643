package deepspeech.speech.audio;

/**
 * Converts between two sample rates whose common period has too many samples for a {@link
 * PhaseFilter}. The coefficients of an output are interpolated between {@link #PHASES} sets, with
 * an error far below the stop band.
 *
 * <p>Source: J. O. Smith, "Digital Audio Resampling" (CCRMA, Stanford).
 *
 * <p>Instances are immutable and can be shared between threads.
 */
final class InterpolatingFilter {
  static final int PHASES = 1024;

  private final int inputs;
  private final int outputs;

  /** The coefficients cover the samples {@code -reach + 1} to {@code reach} around a position. */
  private final int reach;

  private final float[][] phases;

  /**
   * Designs the filter.
   *
   * @param lowPass low-pass filter at the sample rate of the input
   * @param inputs samples of the input in a period
   * @param outputs samples of the output in the same period
   */
  InterpolatingFilter(LowPass lowPass, int inputs, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.reach = (int) Math.ceil(lowPass.halfWidth());
    this.phases = new float[PHASES + 1][];
    for (int phase = 0; phase <= PHASES; phase++) {
      phases[phase] =
          PhaseFilter.coefficients(lowPass, reach - 1 + (double) phase / PHASES, 2 * reach);
    }
  }

  /** The size of the coefficients in bytes. */
  long bytes() {
    return (long) phases.length * phases[0].length * Float.BYTES;
  }

  /** Computes the whole output. */
  void apply(float[] samples, float[] output) {
    for (int m = 0; m < output.length; m++) {
      long position = (long) m * inputs;
      int first = (int) (position / outputs) - reach + 1;
      double table = (double) (position % outputs) * PHASES / outputs;
      int index = (int) table;
      float weight = (float) (table - index);
      float[] lower = phases[index];
      float[] upper = phases[index + 1];
      int begin = Math.max(0, -first);
      int end = Math.min(lower.length, samples.length - first);
      float lowerSum = 0;
      float upperSum = 0;
      for (int k = begin; k < end; k++) {
        lowerSum += lower[k] * samples[first + k];
        upperSum += upper[k] * samples[first + k];
      }
      output[m] = lowerSum + weight * (upperSum - lowerSum);
    }
  }
}
