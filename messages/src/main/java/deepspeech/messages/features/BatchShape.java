package deepspeech.messages.features;

/**
 * The dimensions that determine the memory of a batch.
 *
 * @param utterances number of utterances on all devices, from 1
 * @param frames number of frames of the longest utterance, from 1
 * @param labels number of labels of the utterance with the most labels, from 1
 */
public record BatchShape(int utterances, int frames, int labels) {}
