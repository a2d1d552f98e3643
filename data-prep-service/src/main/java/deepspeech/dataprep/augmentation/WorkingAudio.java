package deepspeech.dataprep.augmentation;

/**
 * Audio on its way through the augmentation, 16 kHz mono. Holds two buffers: each step reads the
 * samples and writes what it makes of them into the other one. What was loaded is never written to.
 * Not for use by several threads at once.
 */
public final class WorkingAudio {
  private final float[][] buffers = {{}, {}};
  private final Convolution convolution = new Convolution();
  private float[] samples = {};
  private int length;

  /** Takes the audio of an utterance. */
  public void load(float[] samples, int length) {
    this.samples = samples;
    this.length = length;
  }

  /** The samples; {@link #length} of them count. */
  public float[] samples() {
    return samples;
  }

  /** How many samples count. */
  public int length() {
    return length;
  }

  /** A buffer of at least so many samples, with any content, that is not {@link #samples}. */
  float[] room(int length) {
    int free = samples == buffers[0] ? 1 : 0;
    if (buffers[free].length < length) {
      buffers[free] = new float[length];
    }
    return buffers[free];
  }

  /** Puts other samples in the place of the present ones. */
  void replace(float[] samples, int length) {
    this.samples = samples;
    this.length = length;
  }

  Convolution convolution() {
    return convolution;
  }

  /** The sum of squares of the samples. */
  double energy() {
    return energy(samples, 0, length);
  }

  static double energy(float[] samples, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) samples[i] * samples[i];
      b += (double) samples[i + 1] * samples[i + 1];
      c += (double) samples[i + 2] * samples[i + 2];
      d += (double) samples[i + 3] * samples[i + 3];
    }
    for (; i < to; i++) {
      a += (double) samples[i] * samples[i];
    }
    return a + b + (c + d);
  }
}
