package deepspeech.dataprep.augmentation;

/**
 * Makes speech faster or slower by linear interpolation, the pitch with it (Ko et al., "Audio
 * augmentation for speech recognition", 2015). {@code N} samples become {@code int(N / rate)}, at
 * the positions {@code linspace(0, N, int(N / rate))}; behind the last sample it is repeated.
 *
 * <p>A rate that would leave fewer frames than the labels need, or more than an utterance may have,
 * is left off.
 *
 * @param rate above 1 is faster; the strength scales its distance from 1
 */
record Speed(Range rate) implements WaveformPerturbation {
  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    double drawn = 1 + draw.strength() * (rate.draw(draw.random()) - 1);
    int length = audio.length();
    int newLength = (int) (length / drawn);
    if (newLength < draw.fewestSamples() || newLength > draw.mostSamples()) {
      return;
    }
    float[] resampled = audio.room(newLength);
    interpolate(audio.samples(), length, resampled, newLength);
    audio.replace(resampled, newLength);
  }

  static void interpolate(float[] samples, int length, float[] output, int newLength) {
    double step = (double) length / (newLength - 1);
    int inside = Math.min(newLength, (int) Math.ceil((length - 1) / step));
    while (inside > 0 && (inside - 1) * step >= length - 1) {
      inside--;
    }
    for (int i = 0; i < inside; i++) {
      double position = i * step;
      int left = (int) position;
      float value = samples[left];
      output[i] = value + (samples[left + 1] - value) * (float) (position - left);
    }
    for (int i = inside; i < newLength; i++) {
      output[i] = samples[length - 1];
    }
  }

  @Override
  public double longestStretch() {
    return Math.max(1, 1 / rate.min());
  }
}
