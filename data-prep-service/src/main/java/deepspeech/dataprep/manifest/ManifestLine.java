package deepspeech.dataprep.manifest;

import deepspeech.messages.features.LeftOut;

/**
 * A line of a manifest.
 *
 * @param utterance null if the line is malformed
 * @param problem why there is no utterance; null if there is one
 */
public record ManifestLine(Utterance utterance, LeftOut problem) {}
