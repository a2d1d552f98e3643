package deepspeech.speech.augmentation;

import deepspeech.speech.batching.EpochRandom;

/** A perturbation of the features. */
non-sealed interface FeaturePerturbation extends Perturbation {
  /** The largest number of frames that a parameter may have: those of the longest utterance. */
  int MOST_FRAMES = 3000;

  /**
   * Draws the perturbation of an utterance.
   *
   * @param frames number of frames of the utterance, at least 1
   * @param strength from 0 to 1
   */
  DrawnFeatures draw(EpochRandom random, int frames, double strength);
}
