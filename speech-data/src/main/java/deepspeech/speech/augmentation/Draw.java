package deepspeech.speech.augmentation;

import deepspeech.speech.batching.EpochRandom;

/**
 * One application of one entry of the augmentation file to one utterance.
 *
 * @param random of this entry, epoch and utterance alone
 * @param strength from 0 to 1, see {@link Ramp}
 * @param fewestSamples that the utterance must keep for its labels
 * @param mostSamples that an utterance may have
 * @param recordings of the manifest that the entry names; null if it names none
 */
record Draw(
    EpochRandom random,
    double strength,
    int fewestSamples,
    int mostSamples,
    Recordings recordings) {}
