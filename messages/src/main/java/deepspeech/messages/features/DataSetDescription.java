package deepspeech.messages.features;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.run.RunId;
import java.util.List;
import java.util.Map;

/**
 * A data set as data-prep found it.
 *
 * @param fingerprint SHA-256 over the data specification and the hashes
 * @param hashes SHA-256 in hexadecimal of {@code manifest}, {@code vocabulary} and {@code
 *     mean_std}, and where there is augmentation of {@code augmentation} and the manifests that it
 *     names, by their path
 * @param utterances usable utterances, as far as the manifest tells
 * @param leftOut utterances left out already, by reason
 * @param unknownCharacters characters of the texts that are not in the vocabulary, dropped from the
 *     labels
 * @param batches batches in each epoch, from the first
 * @param largestBatch what any batch can need at most
 * @param warnings what the owner of the run should know, a line each
 * @param vocabulary tokens by label, the blank first
 * @param mean of the features, one a bin
 * @param std standard deviation of the features, one a bin
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
