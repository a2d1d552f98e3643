package deepspeech.speech.augmentation;

import deepspeech.speech.features.Energy;

/**
 * The audio of an utterance during augmentation, 16 kHz mono. It has two buffers: each step reads
 * the samples from one and writes its result to the other. The loaded array is never modified. Not
 * for use by several threads at once.
 */
public final class WorkingAudio {
  private final float[][] buffers = {{}, {}};
  private final Convolution convolution = new Convolution();
  private float[] samples = {};
  private int length;

  /** Loads the audio of an utterance; the array is not copied. */
  public void load(float[] samples, int length) {
    this.samples = samples;
    this.length = length;
  }

  /** The samples; only the first {@link #length} are valid. */
  public float[] samples() {
    return samples;
  }

  /** The number of valid samples. */
  public int length() {
    return length;
  }

  /**
   * Returns a buffer of at least {@code length} samples with arbitrary content. It is never {@link
   * #samples}.
   */
  float[] scratch(int length) {
    int free = samples == buffers[0] ? 1 : 0;
    if (buffers[free].length < length) {
      buffers[free] = new float[length];
    }
    return buffers[free];
  }

  /** Replaces the samples. */
  void replace(float[] samples, int length) {
    this.samples = samples;
    this.length = length;
  }

  Convolution convolution() {
    return convolution;
  }

  /** The sum of the squares of the samples. */
  double energy() {
    return Energy.of(samples, length);
  }
}
