package deepspeech.speech.features;

/** The energy of audio: the sum of the squares of its samples. */
public final class Energy {
  private Energy() {}

  /**
   * Adds up the squares, in four sums side by side, so that one addition need not wait for the one
   * before.
   *
   * @param samples audio
   * @param length how many of the samples count
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
