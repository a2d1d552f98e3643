package deepspeech.tools.check;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.features.SkippedUtterance;

/**
 * Something wrong with an utterance.
 *
 * @param line in the manifest, from 1
 * @param path of its audio file as the manifest gives it; null if the line cannot be read
 * @param usable whether training uses it all the same
 * @param detail one line
 */
record Finding(long line, String path, SkipReason reason, boolean usable, String detail) {
  /** The same as the list of findings has it. */
  SkippedUtterance listed() {
    return new SkippedUtterance(line, path, reason, detail);
  }
}
