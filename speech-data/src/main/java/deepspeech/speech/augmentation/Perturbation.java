package deepspeech.speech.augmentation;

/** A perturbation that the augmentation file requests, without its probability. */
sealed interface Perturbation permits WaveformPerturbation, FeaturePerturbation, Off {}
