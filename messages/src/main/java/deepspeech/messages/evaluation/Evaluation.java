package deepspeech.messages.evaluation;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
import java.time.Instant;
import java.util.List;

/**
 * The result of testing one checkpoint.
 *
 * @param cer corpus character error rate: edits over reference characters, from 0
 * @param wer corpus word error rate; null where the texts have no spaces
 * @param utterances test utterances scored
 * @param leftOut test utterances that could not be used
 * @param referenceCharacters characters in all references
 * @param seconds time that the evaluation took
 * @param announced the time of the event that the checkpoint was tested for, by the trainer's
 *     clock; where an event of an earlier build lacks it, when the test began
 */
public record Evaluation(
    RunId run,
    CheckpointId checkpoint,
    int epoch,
    int batch,
    long step,
    double cer,
    Double wer,
    int utterances,
    int leftOut,
    long referenceCharacters,
    long substitutions,
    long insertions,
    long deletions,
    List<SampleTranscript> samples,
    double seconds,
    Instant announced,
    Instant time) {
  public Evaluation {
    samples = samples == null ? List.of() : List.copyOf(samples);
    announced = announced == null ? time.minusNanos((long) (seconds * 1e9)) : announced;
  }
}
