package deepspeech.speech.features;

/** The framing of the features: 20 ms windows every 10 ms of 16 kHz audio, 161 frequency bins. */
public final class FeatureShape {
  /** Samples a second. */
  public static final int SAMPLE_RATE = 16_000;

  /** Samples in a window: 20 ms. */
  public static final int WINDOW = 320;

  /** Samples from one window to the next: 10 ms. */
  public static final int HOP = 160;

  /** Frequency bins of a frame: 0 to 8 kHz in steps of 50 Hz. */
  public static final int BINS = WINDOW / 2 + 1;

  private FeatureShape() {}

  /**
   * Returns the number of whole windows in the given number of samples. Samples after the last
   * whole window are not used.
   */
  public static int frames(int samples) {
    return samples < WINDOW ? 0 : (samples - WINDOW) / HOP + 1;
  }
}
