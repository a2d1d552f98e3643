package deepspeech.evaluator.evaluation;

import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.messages.evaluation.SampleTranscript;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What came of running a model on a test set.
 *
 * @param cer corpus character error rate, from 0
 * @param wer corpus word error rate, from 0; empty where the texts have no spaces
 * @param utterances scored
 * @param leftOut utterances of the manifest that could not be used
 * @param referenceCharacters characters of all references
 * @param edits character edits of all utterances
 * @param samples some transcripts, in the order of the manifest
 */
public record TestResult(
    double cer,
    OptionalDouble wer,
    int utterances,
    int leftOut,
    long referenceCharacters,
    EditCounts edits,
    List<SampleTranscript> samples) {
  public TestResult {
    samples = List.copyOf(samples);
  }
}
