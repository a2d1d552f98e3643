package deepspeech.speech.augmentation;

/** An entry that is off (probability 0) and would be refused if it were active. */
record Off() implements Perturbation {}
