package deepspeech.messages.features;

/**
 * An utterance that belongs to a batch but was skipped.
 *
 * @param utterance line number in the manifest, from 1
 * @param path of its audio file, as in the manifest; null if the batch has too many skipped
 *     utterances
 * @param detail one line; null if the batch has too many skipped utterances
 */
public record SkippedUtterance(long utterance, String path, SkipReason reason, String detail) {
  /** This utterance without path and detail. */
  public SkippedUtterance brief() {
    return new SkippedUtterance(utterance, null, reason, null);
  }
}
