package deepspeech.speech.augmentation;

import java.util.Optional;

/** An augmentation of the waveform. */
sealed interface WaveformPerturbation extends Perturbation
    permits Impulse, Noise, Resample, Shift, Speed, Volume {
  /** Puts the perturbed audio in the place of the audio; may leave it as it is. */
  void apply(WorkingAudio audio, Draw draw);

  /** The path of the manifest of the recordings that it needs. */
  default Optional<String> manifest() {
    return Optional.empty();
  }

  /** How many times as long as before audio can become at most. */
  default double longestStretch() {
    return 1;
  }
}
