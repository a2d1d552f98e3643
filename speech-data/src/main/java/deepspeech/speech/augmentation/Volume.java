package deepspeech.speech.augmentation;

/**
 * Changes the volume of audio.
 *
 * @param gainDb range of the gain in decibels; the strength scales the gain
 */
record Volume(Range gainDb) implements WaveformPerturbation {
  private static final double MOST_DECIBELS = 100;

  static Volume read(Fields params) {
    return new Volume(
        params.range("min_gain_dBFS", "max_gain_dBFS", -MOST_DECIBELS, MOST_DECIBELS));
  }

  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    double decibels = draw.strength() * gainDb.draw(draw.random());
    float gain = (float) StrictMath.pow(10, decibels / 20);
    int length = audio.length();
    float[] samples = audio.samples();
    float[] louder = audio.scratch(length);
    for (int i = 0; i < length; i++) {
      louder[i] = gain * samples[i];
    }
    audio.replace(louder, length);
  }
}
