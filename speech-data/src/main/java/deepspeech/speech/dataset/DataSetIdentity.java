package deepspeech.speech.dataset;

import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.Split;
import deepspeech.speech.storage.Location;

/**
 * What decides on the content of a data set.
 *
 * @param version its fingerprint is over the split, the specification and the hashes
 * @param features SHA-256 over everything that decides on the features of its utterances, besides
 *     the recordings; equal for data sets that differ only in how their batches are made
 */
record DataSetIdentity(
    Split split,
    DataSpecification specification,
    Location manifest,
    DataSetVersion version,
    String features) {}
