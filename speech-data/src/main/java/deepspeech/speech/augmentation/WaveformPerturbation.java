package deepspeech.speech.augmentation;

import java.util.Optional;

/** A perturbation of the waveform. */
non-sealed interface WaveformPerturbation extends Perturbation {
  /** Replaces the audio with the perturbed audio, or leaves it unchanged. */
  void apply(WorkingAudio audio, Draw draw);

  /** The path of the manifest of recordings that the perturbation needs; empty if it needs none. */
  default Optional<String> manifest() {
    return Optional.empty();
  }

  /** The largest factor by which the perturbation can lengthen audio. */
  default double longestStretch() {
    return 1;
  }
}
