package deepspeech.speech.batching;

/**
 * The padded shape of a batch: its utterances side by side, each padded to the longest.
 *
 * @param utterances number of utterances on all devices together
 * @param frames frames of the longest utterance
 */
public record BatchRectangle(int utterances, int frames) {}
