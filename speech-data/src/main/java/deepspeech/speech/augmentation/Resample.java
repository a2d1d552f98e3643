package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.speech.audio.Resampler;
import java.util.Arrays;

/**
 * Resamples audio to another sample rate and back, so that it sounds as if it had been recorded at
 * that rate. Frequencies above half of that rate are removed. The length and the sample rate of the
 * result are those of the input.
 */
final class Resample implements WaveformPerturbation {
  private static final int LOWEST_RATE = 1000;
  private static final int HIGHEST_RATE = 48_000;

  private final int[] rates;
  private final Resampler[] there;
  private final Resampler[] back;

  private Resample(int[] rates) {
    this.rates = rates;
    this.there = new Resampler[rates.length];
    this.back = new Resampler[rates.length];
    for (int i = 0; i < rates.length; i++) {
      there[i] = new Resampler(SAMPLE_RATE, rates[i]);
      back[i] = new Resampler(rates[i], SAMPLE_RATE);
    }
  }

  static Resample read(Fields params) {
    return to(params.wholes("new_sample_rate", LOWEST_RATE, HIGHEST_RATE));
  }

  /**
   * Designs the filters.
   *
   * @param rates sample rates in samples a second, at least one; each is equally likely
   */
  static Resample to(int... rates) {
    return new Resample(rates.clone());
  }

  /** Mixes original and band-limited audio. The strength is the share of the band-limited audio. */
  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    int chosen = rates.length == 1 ? 0 : draw.random().nextInt(rates.length);
    if (rates[chosen] == SAMPLE_RATE) {
      return;
    }
    int length = audio.length();
    float[] samples = audio.samples();
    float[] limited = back[chosen].resample(there[chosen].resample(Arrays.copyOf(samples, length)));
    float[] mix = audio.scratch(length);
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
