package deepspeech.messages.features;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;

/**
 * Identifies a feature batch.
 *
 * @param fingerprint of its data set
 * @param epoch from 1
 * @param batch in the epoch, from 0
 */
public record BatchKey(RunId run, Split split, String fingerprint, int epoch, int batch) {
  /** The Kafka key of its records: {@code <run>/<split>/<epoch>/<batch>}. */
  public String recordKey() {
    return run + "/" + split + "/" + epoch + "/" + batch;
  }
}
