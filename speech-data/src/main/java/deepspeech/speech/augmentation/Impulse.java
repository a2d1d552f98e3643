package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.speech.features.Energy;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reverberation. The speech is convolved with a random room impulse response, aligned to its direct
 * path (the strongest peak). Its length and energy stay the same (Ko et al., "A study on data
 * augmentation of reverberant speech for robust speech recognition", 2017). A recording longer than
 * 5 s is cut to the range from 0.5 s before the direct path to 5 s after it.
 *
 * @param path manifest of the impulse responses, or a folder of them
 */
record Impulse(String path) implements WaveformPerturbation {
  private static final int BEFORE_PEAK = SAMPLE_RATE / 2;
  private static final int AFTER_PEAK = 5 * SAMPLE_RATE;

  static Impulse read(Fields params) {
    return new Impulse(params.recordings("impulse_manifest_path", "reverb_dir"));
  }

  /**
   * Mixes reverberant and dry speech. The strength is the share of the reverberant speech, scaled
   * so that its direct path has the amplitude 1.
   */
  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    int chosen = draw.random().nextInt(draw.recordings().size());
    Optional<float[]> recording = draw.recordings().from(chosen);
    if (recording.isEmpty()) {
      return;
    }
    float[] response = around(recording.get());
    int peak = peak(response);
    if (response[peak] == 0) {
      return;
    }
    int length = audio.length();
    float[] samples = audio.samples();
    float[] mix = audio.scratch(length);
    audio.convolution().convolve(samples, length, response, peak, mix);
    float wet = (float) (draw.strength() / response[peak]);
    float dry = (float) (1 - draw.strength());
    for (int i = 0; i < length; i++) {
      mix[i] = dry * samples[i] + wet * mix[i];
    }
    double energy = Energy.of(mix, length);
    if (energy == 0) {
      return;
    }
    float gain = (float) Math.sqrt(audio.energy() / energy);
    for (int i = 0; i < length; i++) {
      mix[i] *= gain;
    }
    audio.replace(mix, length);
  }

  private static float[] around(float[] recording) {
    if (recording.length <= AFTER_PEAK) {
      return recording;
    }
    int peak = peak(recording);
    return Arrays.copyOfRange(
        recording, Math.max(0, peak - BEFORE_PEAK), Math.min(recording.length, peak + AFTER_PEAK));
  }

  private static int peak(float[] response) {
    int peak = 0;
    for (int i = 1; i < response.length; i++) {
      if (Math.abs(response[i]) > Math.abs(response[peak])) {
        peak = i;
      }
    }
    return peak;
  }

  @Override
  public Optional<String> manifest() {
    return Optional.of(path);
  }
}
