package deepspeech.speech.augmentation;

import deepspeech.speech.features.Energy;

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

  /** The sum of the squares of the samples. */
  double energy() {
    return Energy.of(samples, length);
  }
}
