package deepspeech.messages.evaluation;

/**
 * One test utterance with its reference and the recognised text.
 *
 * @param utterance line number in the test manifest, from 1
 * @param edits number of character edits between reference and hypothesis
 */
public record SampleTranscript(long utterance, String reference, String hypothesis, int edits) {}
