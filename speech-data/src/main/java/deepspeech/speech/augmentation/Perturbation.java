package deepspeech.speech.augmentation;

/** What the augmentation file asks for, without how often. */
sealed interface Perturbation permits WaveformPerturbation, FeaturePerturbation, Off {}
