package deepspeech.speech.augmentation;

/**
 * Makes audio louder or softer.
 *
 * @param gainDb decibels; the strength scales them
 */
record Volume(Range gainDb) implements WaveformPerturbation {
  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    double decibels = draw.strength() * gainDb.draw(draw.random());
    float gain = (float) StrictMath.pow(10, decibels / 20);
    int length = audio.length();
    float[] samples = audio.samples();
    float[] louder = audio.room(length);
    for (int i = 0; i < length; i++) {
      louder[i] = gain * samples[i];
    }
    audio.replace(louder, length);
  }
}
