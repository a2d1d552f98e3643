package deepspeech.speech.augmentation;

import deepspeech.speech.batching.EpochRandom;

/** An augmentation of the features. */
sealed interface FeaturePerturbation extends Perturbation permits SpecAugment, SpecSubstitute {
  /**
   * Draws what is done to an utterance.
   *
   * @param frames of the utterance, from 1
   * @param strength from 0 to 1
   */
  DrawnFeatures draw(EpochRandom random, int frames, double strength);
}
