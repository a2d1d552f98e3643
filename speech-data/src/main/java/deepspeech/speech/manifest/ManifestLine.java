package deepspeech.speech.manifest;

import deepspeech.messages.features.SkippedUtterance;
import java.util.List;

/**
 * A parsed line of a manifest.
 *
 * @param utterance null if the line is malformed
 * @param problem why the line was skipped; null if it has an utterance
 * @param unknownFields fields of the line whose meaning is not known
 */
public record ManifestLine(
    Utterance utterance, SkippedUtterance problem, List<String> unknownFields) {}
