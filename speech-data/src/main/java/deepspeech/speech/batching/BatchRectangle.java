package deepspeech.speech.batching;

/**
 * What a batch takes: its utterances side by side, as long as the longest.
 *
 * @param utterances on all devices together
 * @param frames of the longest utterance
 */
public record BatchRectangle(int utterances, int frames) {}
