package deepspeech.speech.augmentation;

import deepspeech.speech.batching.EpochRandom;
import java.util.Arrays;

/**
 * Changes the speed and the pitch of speech by linear interpolation (Ko et al., "Audio augmentation
 * for speech recognition", 2015). {@code N} samples become {@code int(N / rate)} samples at the
 * positions {@code linspace(0, N, int(N / rate))}. Positions beyond the last sample repeat it.
 *
 * <p>A rate is not applied if it would leave fewer frames than the labels need, or more than an
 * utterance may have.
 *
 * @param rate range of the rate; a rate above 1 is faster; the strength scales its distance from 1
 * @param rates number of rates, evenly spread over the range, ends included; if below 1, any rate
 *     of the range
 */
record Speed(Range rate, int rates) implements WaveformPerturbation {
  private static final int MOST_RATES = 1000;
  private static final int STRETCH = 64;

  /**
   * The numbers from 0. Reading them from a table keeps the loop in a form that the JIT compiler
   * vectorises.
   */
  private static final float[] COUNTS = new float[STRETCH];

  static {
    for (int i = 0; i < STRETCH; i++) {
      COUNTS[i] = i;
    }
  }

  static Speed read(Fields params) {
    return new Speed(
        params.range("min_speed_rate", "max_speed_rate", 0.9, 1.1),
        params.whole("num_rates", -1, MOST_RATES, 0));
  }

  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    double drawn = 1 + draw.strength() * (draw(draw.random()) - 1);
    int length = audio.length();
    int newLength = (int) (length / drawn);
    if (newLength < draw.fewestSamples() || newLength > draw.mostSamples()) {
      return;
    }
    float[] resampled = audio.scratch(newLength);
    interpolate(audio.samples(), length, resampled, newLength);
    audio.replace(resampled, newLength);
  }

  private double draw(EpochRandom random) {
    if (rates < 1) {
      return rate.draw(random);
    }
    int chosen = (int) (rates * random.nextDouble());
    return rates == 1 ? rate.min() : rate.min() + (rate.max() - rate.min()) * chosen / (rates - 1);
  }

  /**
   * Interpolates linearly. The step is nearly 1. Over a stretch of outputs the input advances
   * sample by sample, and only the position between two samples drifts. Therefore the loop computes
   * no index for each output.
   */
  static void interpolate(float[] samples, int length, float[] output, int newLength) {
    double step = (double) length / (newLength - 1);
    double drift = step - 1;
    int inside = Math.min(newLength, (int) Math.ceil((length - 1) / step));
    while (inside > 0 && (inside - 1) * step >= length - 1) {
      inside--;
    }
    int count;
    for (int i = 0; i < inside; i += count) {
      double position = i * step;
      int left = (int) position;
      double part = position - left;
      double limit = drift == 0 ? STRETCH : (drift > 0 ? 1 - part : part) / Math.abs(drift);
      count = Math.min((int) Math.min(limit, STRETCH - 1) + 1, inside - i);
      interpolate(samples, left, (float) part, (float) drift, output, i, count);
    }
    Arrays.fill(output, inside, newLength, samples[length - 1]);
  }

  private static void interpolate(
      float[] samples, int left, float part, float drift, float[] output, int at, int count) {
    for (int i = 0; i < count; i++) {
      float value = samples[left + i];
      output[at + i] = value + (samples[left + i + 1] - value) * (part + drift * COUNTS[i]);
    }
  }

  @Override
  public double longestStretch() {
    return Math.max(1, 1 / rate.min());
  }
}
