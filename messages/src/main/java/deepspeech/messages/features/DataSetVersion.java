package deepspeech.messages.features;

import java.util.Map;

/**
 * The contents of the files of a data set.
 *
 * @param fingerprint SHA-256 over the data specification and the hashes
 * @param hashes SHA-256 in hexadecimal of {@code manifest}, {@code vocabulary} and {@code
 *     mean_std}; with augmentation also of {@code augmentation} and, by their path, of the
 *     manifests that it names
 */
public record DataSetVersion(String fingerprint, Map<String, String> hashes) {}
