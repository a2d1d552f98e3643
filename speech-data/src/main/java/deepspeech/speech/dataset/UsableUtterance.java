package deepspeech.speech.dataset;

import deepspeech.speech.manifest.Utterance;

/**
 * An utterance that is usable by its manifest line; its audio was not checked.
 *
 * @param labels labels of its text, at least one; must not be modified
 */
public record UsableUtterance(Utterance utterance, int[] labels) {}
