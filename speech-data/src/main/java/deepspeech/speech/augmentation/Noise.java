package deepspeech.speech.augmentation;

import deepspeech.speech.features.Energy;
import java.util.Optional;

/**
 * Adds a random cut of a random noise recording at a random signal-to-noise ratio, measured over
 * the whole utterance. Noise that is shorter than the speech is repeated. A silent cut is not
 * added.
 *
 * @param snrDb range of the signal-to-noise ratio in decibels; the strength scales the amplitude of
 *     the noise
 * @param path manifest of the noise recordings, or a folder of them
 * @param repetition largest number of recordings to add; at least one is added, each to the result
 *     of the previous one
 */
record Noise(Range snrDb, String path, int repetition) implements WaveformPerturbation {
  private static final double MOST_DECIBELS = 100;
  private static final int MOST_REPETITIONS = 100;

  static Noise read(Fields params) {
    return new Noise(
        params.range("min_snr_dB", "max_snr_dB", -MOST_DECIBELS, MOST_DECIBELS),
        params.recordings("noise_manifest_path", "noise_dir"),
        params.whole("repetition", 1, MOST_REPETITIONS, 1));
  }

  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    int times = repetition == 1 ? 1 : 1 + draw.random().nextInt(repetition);
    for (int i = 0; i < times; i++) {
      add(audio, draw);
    }
  }

  private void add(WorkingAudio audio, Draw draw) {
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
    float[] mix = audio.scratch(length);
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
