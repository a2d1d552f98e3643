package deepspeech.speech.augmentation;

/** An entry whose probability is 0 and that would otherwise be refused. */
record Off() implements Perturbation {}
