package deepspeech.dataprep.audio;

import java.util.Arrays;

/** Samples that come one after the other, whose number no header can be trusted to tell. */
final class Samples {
  private float[] samples = new float[1 << 14];
  private int count;

  void add(float sample) {
    if (count == samples.length) {
      samples = Arrays.copyOf(samples, 2 * count);
    }
    samples[count++] = sample;
  }

  int count() {
    return count;
  }

  float[] toArray() {
    return Arrays.copyOf(samples, count);
  }

  /** All but the first few, and no more than a number of them. */
  float[] range(int from, int most) {
    int begin = Math.min(from, count);
    return Arrays.copyOfRange(samples, begin, begin + Math.min(most, count - begin));
  }
}
