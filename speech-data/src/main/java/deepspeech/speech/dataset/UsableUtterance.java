package deepspeech.speech.dataset;

import deepspeech.speech.manifest.Utterance;

/**
 * An utterance that can be used as far as its manifest line tells.
 *
 * @param labels of its text, at least one; not to be written to
 */
public record UsableUtterance(Utterance utterance, int[] labels) {}
