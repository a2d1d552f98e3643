package deepspeech.speech.features;

/** The energy of audio: the sum of the squares of its samples. */
public final class Energy {
  private Energy() {}

  /**
   * Sums the squares. Four independent sums allow the processor to overlap the additions.
   *
   * @param samples audio
   * @param length number of valid samples
   */
  public static double of(float[] samples, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      a += (double) samples[i] * samples[i];
      b += (double) samples[i + 1] * samples[i + 1];
      c += (double) samples[i + 2] * samples[i + 2];
      d += (double) samples[i + 3] * samples[i + 3];
    }
    for (; i < length; i++) {
      a += (double) samples[i] * samples[i];
    }
    return a + b + (c + d);
  }
}
