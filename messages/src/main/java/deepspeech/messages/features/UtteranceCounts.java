package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What the manifest of a split holds.
 *
 * @param utterances number of usable utterances according to the manifest
 * @param skipped number of utterances already skipped, by reason
 * @param unknownCharacters number of characters in the texts that are not in the vocabulary and are
 *     dropped from the labels
 */
public record UtteranceCounts(
    int utterances,
    @JsonProperty("left_out") Map<SkipReason, Integer> skipped,
    long unknownCharacters) {}
