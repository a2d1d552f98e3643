package deepspeech.dataprep.check;

import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;

/**
 * Something wrong with an utterance.
 *
 * @param line in the manifest, from 1
 * @param path of its audio file as the manifest gives it; null if the line cannot be read
 * @param usable whether training uses it all the same
 * @param detail one line
 */
record Finding(long line, String path, LeftOutReason reason, boolean usable, String detail) {
  /** The same as the list of findings has it. */
  LeftOut listed() {
    return new LeftOut(line, path, reason, detail);
  }
}
