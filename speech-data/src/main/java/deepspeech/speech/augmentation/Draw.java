package deepspeech.speech.augmentation;

import deepspeech.speech.batching.EpochRandom;

/**
 * One application of one entry of the augmentation file to one utterance.
 *
 * @param random random numbers for this entry, epoch and utterance only
 * @param strength from 0 to 1, see {@link Ramp}
 * @param fewestSamples smallest number of samples that is enough for the labels
 * @param mostSamples largest allowed number of samples of an utterance
 * @param recordings recordings of the manifest that the entry names; null if it names none
 */
record Draw(
    EpochRandom random,
    double strength,
    int fewestSamples,
    int mostSamples,
    Recordings recordings) {}
