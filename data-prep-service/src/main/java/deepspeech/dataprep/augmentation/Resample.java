package deepspeech.dataprep.augmentation;

import static deepspeech.dataprep.features.FeatureShape.SAMPLE_RATE;

import deepspeech.dataprep.audio.Resampler;
import java.util.Arrays;

/**
 * Takes audio to another sample rate and back, so that it sounds as if it had been recorded at that
 * rate: what lies above half of it is gone. Length and features' rate stay.
 */
final class Resample implements WaveformPerturbation {
  private final Resampler there;
  private final Resampler back;

  /**
   * Designs the filters.
   *
   * @param sampleRate samples a second
   */
  Resample(int sampleRate) {
    this.there = new Resampler(SAMPLE_RATE, sampleRate);
    this.back = new Resampler(sampleRate, SAMPLE_RATE);
  }

  /** The strength is the part of the band-limited audio in the mix with the original. */
  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    int length = audio.length();
    float[] samples = audio.samples();
    float[] limited = back.resample(there.resample(Arrays.copyOf(samples, length)));
    float[] mix = audio.room(length);
    float strength = (float) draw.strength();
    int common = Math.min(length, limited.length);
    for (int i = 0; i < common; i++) {
      mix[i] = samples[i] + strength * (limited[i] - samples[i]);
    }
    for (int i = common; i < length; i++) {
      mix[i] = (1 - strength) * samples[i];
    }
    audio.replace(mix, length);
  }
}
