package deepspeech.speech.audio;

/**
 * Mono audio.
 *
 * <p>The samples are shared, not copied. The caller must not modify them afterwards.
 */
public final class Waveform {
  private final float[] samples;
  private final int sampleRate;

  /**
   * Wraps samples.
   *
   * @param samples amplitudes; full scale is [-1, 1]
   * @param sampleRate samples a second, greater than 0
   */
  public Waveform(float[] samples, int sampleRate) {
    if (sampleRate <= 0) {
      throw new IllegalArgumentException(
          "sampleRate is " + sampleRate + "; it must be greater than 0");
    }
    this.samples = samples;
    this.sampleRate = sampleRate;
  }

  /** The amplitudes, not a copy; full scale is [-1, 1]. */
  public float[] samples() {
    return samples;
  }

  /** Samples a second. */
  public int sampleRate() {
    return sampleRate;
  }

  /** Duration in seconds. */
  public double seconds() {
    return (double) samples.length / sampleRate;
  }
}
