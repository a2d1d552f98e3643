package deepspeech.speech.augmentation;

/**
 * All that the augmentation of an utterance is drawn from.
 *
 * @param seed of the run
 * @param epoch from 1
 * @param line of the utterance in its manifest, from 1
 */
public record UtteranceKey(int seed, int epoch, long line) {}
