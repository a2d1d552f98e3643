package deepspeech.dashboard.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.dashboard.transcript.Alignment;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.identity.CheckpointId;
import java.time.Instant;
import java.util.List;

/**
 * The test result of a checkpoint.
 *
 * @param samples sample transcripts; null in the list of all results
 */
record EvaluationView(
    CheckpointId checkpoint,
    int epoch,
    int batch,
    long step,
    @JsonUnwrapped TestErrors errors,
    double seconds,
    Instant time,
    List<Sample> samples) {

  /** A test utterance with its reference and the recognised text. */
  record Sample(
      long utterance,
      String reference,
      String hypothesis,
      int edits,
      List<Alignment.AlignedSegment> alignment) {
    static Sample of(SampleTranscript transcript) {
      String reference = transcript.reference() == null ? "" : transcript.reference();
      String hypothesis = transcript.hypothesis() == null ? "" : transcript.hypothesis();
      return new Sample(
          transcript.utterance(),
          reference,
          hypothesis,
          transcript.edits(),
          Alignment.of(reference, hypothesis));
    }
  }

  static EvaluationView summary(Evaluation evaluation) {
    return of(evaluation, null);
  }

  static EvaluationView whole(Evaluation evaluation) {
    return of(evaluation, evaluation.samples().stream().map(Sample::of).toList());
  }

  private static EvaluationView of(Evaluation evaluation, List<Sample> samples) {
    return new EvaluationView(
        evaluation.checkpoint(),
        evaluation.epoch(),
        evaluation.batch(),
        evaluation.step(),
        evaluation.errors(),
        evaluation.timing().seconds(),
        evaluation.time(),
        samples);
  }
}
