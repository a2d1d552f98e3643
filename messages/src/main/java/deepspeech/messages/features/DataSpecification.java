package deepspeech.messages.features;

import deepspeech.messages.InvalidMessageException;

/**
 * All that the batches of a split depend on beside the files' contents. Paths are under the dataset
 * root.
 *
 * @param augmentConfPath augmentation file; null for none
 * @param minDuration seconds, inclusive
 * @param maxDuration seconds, inclusive
 * @param batchSize utterances in a batch, over all devices
 * @param maxBatchFrames feature frames in a batch, padding included, for each device; instead of
 *     {@code batchSize}; null for none
 * @param devices share a batch; absent: 1
 * @param shuffleMethod {@code instance_shuffle}, {@code batch_shuffle} or {@code
 *     batch_shuffle_clipped}
 * @param textNormalisation comes before the vocabulary; absent: none
 * @param unknownCharacters of texts, after normalisation; absent: they are dropped
 * @param seed of shuffling and augmentation
 */
public record DataSpecification(
    String manifest,
    String vocabPath,
    String meanStdPath,
    String augmentConfPath,
    double minDuration,
    double maxDuration,
    int batchSize,
    Integer maxBatchFrames,
    Integer devices,
    String shuffleMethod,
    TextNormalisation textNormalisation,
    UnknownCharacters unknownCharacters,
    int seed) {
  /** The longest utterance that is trained on, and that an augmentation may make. */
  public static final double LONGEST_UTTERANCE_SECONDS = 30;

  /**
   * The longest utterance of a test: LibriSpeech has some of 35 s, and a test set is not pruned.
   */
  public static final double LONGEST_TEST_UTTERANCE_SECONDS = 60;

  public DataSpecification {
    InvalidMessageException.require(manifest != null, "manifest", null, "a path");
    InvalidMessageException.require(vocabPath != null, "vocab_path", null, "a path");
    InvalidMessageException.require(meanStdPath != null, "mean_std_path", null, "a path");
    InvalidMessageException.require(
        batchSize >= 1, "batch_size", batchSize, "a whole number from 1");
    InvalidMessageException.require(
        maxBatchFrames == null || maxBatchFrames >= 1,
        "max_batch_frames",
        maxBatchFrames,
        "a whole number from 1, or null");
    devices = devices == null ? 1 : devices;
    InvalidMessageException.require(devices >= 1, "devices", devices, "a whole number from 1");
    // Messages written before these fields were known stay in the topics for long.
    textNormalisation = textNormalisation == null ? TextNormalisation.KEEP : textNormalisation;
    unknownCharacters =
        unknownCharacters == null ? UnknownCharacters.DROP_CHARACTER : unknownCharacters;
    InvalidMessageException.require(
        maxDuration <= LONGEST_TEST_UTTERANCE_SECONDS, "max_duration", maxDuration, "at most 60");
  }
}
