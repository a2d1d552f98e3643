package deepspeech.messages.evaluation;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
import java.time.Instant;
import java.util.List;

/**
 * The result of testing one checkpoint.
 *
 * @param cer corpus character error rate: edits divided by reference characters, from 0
 * @param wer corpus word error rate; null if the texts have no spaces
 * @param utterances number of scored test utterances
 * @param leftOut number of skipped test utterances
 * @param referenceCharacters number of characters in all references
 * @param seconds duration of the evaluation
 * @param announced time of the event for which the checkpoint was tested, by the trainer's clock;
 *     the start of the test if an event of an earlier build lacks it
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
