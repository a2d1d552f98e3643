package deepspeech.messages.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The errors of a checkpoint in a test.
 *
 * @param cer corpus character error rate: edits divided by reference characters, from 0
 * @param wer corpus word error rate; null if the texts have no spaces
 * @param utterances number of scored test utterances
 * @param skipped number of skipped test utterances
 * @param referenceCharacters number of characters in all references
 */
public record TestErrors(
    double cer,
    Double wer,
    int utterances,
    @JsonProperty("left_out") int skipped,
    long referenceCharacters,
    long substitutions,
    long insertions,
    long deletions) {}
