package deepspeech.speech.augmentation;

/**
 * The key of the random numbers for the augmentation of an utterance.
 *
 * @param seed seed of the run
 * @param epoch from 1
 * @param line line of the utterance in its manifest, from 1
 */
public record UtteranceKey(int seed, int epoch, long line) {}
