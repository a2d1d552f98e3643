package deepspeech.evaluator.evaluation;

import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.messages.evaluation.SampleTranscript;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The result of running a model on a test set.
 *
 * @param cer corpus character error rate, from 0
 * @param wer corpus word error rate, from 0; empty if the texts have no spaces
 * @param utterances number of scored utterances
 * @param skipped number of utterances of the manifest that were skipped
 * @param referenceCharacters number of characters of all references
 * @param edits character edits of all utterances
 * @param samples a choice of transcripts, in the order of the manifest
 */
public record TestResult(
    double cer,
    OptionalDouble wer,
    int utterances,
    int skipped,
    long referenceCharacters,
    EditCounts edits,
    List<SampleTranscript> samples) {
  public TestResult {
    samples = List.copyOf(samples);
  }
}
