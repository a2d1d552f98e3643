package deepspeech.messages.features;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.run.RunId;
import java.util.List;
import java.util.Map;

/**
 * The description of a data set by data-prep.
 *
 * @param fingerprint SHA-256 over the data specification and the hashes
 * @param hashes SHA-256 in hexadecimal of {@code manifest}, {@code vocabulary} and {@code
 *     mean_std}; with augmentation also of {@code augmentation} and, by their path, of the
 *     manifests that it names
 * @param utterances number of usable utterances according to the manifest
 * @param leftOut number of utterances already skipped, by reason
 * @param unknownCharacters number of characters in the texts that are not in the vocabulary and are
 *     dropped from the labels
 * @param batches number of batches in each epoch, from the first
 * @param largestBatch upper limits for the shape of any batch
 * @param warnings for the owner of the run, one line each
 * @param vocabulary tokens by label, the blank first
 * @param mean of the features, one per bin
 * @param std standard deviation of the features, one per bin
 * @param meanStdFile the bytes of {@code mean_std.npz}, for the checkpoints
 */
public record DataSetDescription(
    RunId run,
    Split split,
    String requestId,
    String fingerprint,
    Map<String, String> hashes,
    int utterances,
    Map<SkipReason, Integer> leftOut,
    long unknownCharacters,
    int[] batches,
    BatchShape largestBatch,
    List<String> warnings,
    List<String> vocabulary,
    double[] mean,
    double[] std,
    byte[] meanStdFile) {}
