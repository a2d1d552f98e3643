package deepspeech.speech.dataset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.Split;
import deepspeech.speech.storage.Location;
import java.util.Map;

/**
 * What decides on the content of a data set.
 *
 * @param fingerprint SHA-256 over the split, the specification and the hashes
 * @param hashes SHA-256 of each file, keyed by the role of the file
 */
record DataSetIdentity(
    Split split,
    DataSpecification specification,
    Location manifest,
    String fingerprint,
    Map<String, String> hashes) {
  DataSetIdentity {
    hashes = Map.copyOf(hashes);
  }
}
