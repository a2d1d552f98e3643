package deepspeech.dataprep.augmentation;

import deepspeech.dataprep.features.Energy;
import java.util.Optional;

/**
 * Adds a random cut of a random noise recording at a signal-to-noise ratio that is measured over
 * the whole utterance. Noise shorter than the speech is repeated; a silent cut is left off.
 *
 * @param snrDb decibels; the strength scales the amplitude of the noise
 * @param path manifest of the noise recordings
 */
record Noise(Range snrDb, String path) implements WaveformPerturbation {
  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    int chosen = draw.random().nextInt(draw.recordings().size());
    double position = draw.random().nextDouble();
    double decibels = snrDb.draw(draw.random());
    Optional<float[]> recording = draw.recordings().from(chosen);
    if (recording.isEmpty()) {
      return;
    }
    float[] noise = recording.get();
    int length = audio.length();
    int places = noise.length > length ? noise.length - length + 1 : noise.length;
    int start = (int) (position * places);
    float[] mix = audio.room(length);
    repeat(noise, start, mix, length);
    double noiseEnergy = Energy.of(mix, length);
    if (noiseEnergy == 0) {
      return;
    }
    double ratio = StrictMath.pow(10, decibels / 10);
    float gain = (float) (draw.strength() * Math.sqrt(audio.energy() / noiseEnergy / ratio));
    float[] samples = audio.samples();
    for (int i = 0; i < length; i++) {
      mix[i] = samples[i] + gain * mix[i];
    }
    audio.replace(mix, length);
  }

  private static void repeat(float[] noise, int start, float[] cut, int length) {
    int from = start;
    for (int done = 0; done < length; ) {
      int count = Math.min(length - done, noise.length - from);
      System.arraycopy(noise, from, cut, done, count);
      done += count;
      from = 0;
    }
  }

  @Override
  public Optional<String> manifest() {
    return Optional.of(path);
  }
}
