package deepspeech.tools.check;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;

/**
 * A problem with an utterance.
 *
 * @param line the line of the manifest, from 1
 * @param path the path of the audio file as the manifest gives it; null if the line cannot be read
 * @param usable true if training uses the utterance despite the problem
 * @param detail one line
 */
record Finding(long line, String path, SkipReason reason, boolean usable, String detail) {
  /** Returns the entry for the list of findings. */
  SkippedUtterance listed() {
    return new SkippedUtterance(line, path, reason, detail);
  }
}
