package deepspeech.messages.features;

/**
 * What a batch needs memory for.
 *
 * @param utterances on all devices together, from 1
 * @param frames of the longest utterance, from 1
 * @param labels of the utterance with most of them, from 1
 */
public record BatchShape(int utterances, int frames, int labels) {}
