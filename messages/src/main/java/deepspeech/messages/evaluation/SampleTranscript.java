package deepspeech.messages.evaluation;

/**
 * One test utterance with what was recognised.
 *
 * @param utterance line number in the test manifest, from 1
 * @param edits character edits between the two
 */
public record SampleTranscript(long utterance, String reference, String hypothesis, int edits) {}
