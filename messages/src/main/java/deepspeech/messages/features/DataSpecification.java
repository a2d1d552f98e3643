package deepspeech.messages.features;

import deepspeech.messages.InvalidMessageException;

/**
 * Everything that determines the batches of a split, besides the contents of the files. Paths are
 * relative to the dataset root.
 *
 * @param augmentConfPath augmentation file; null for none
 * @param minDuration seconds, inclusive
 * @param maxDuration seconds, inclusive
 * @param batchSize utterances per batch, over all devices
 * @param maxBatchFrames feature frames per batch and device, including padding; replaces {@code
 *     batchSize}; null for none
 * @param devices number of devices that share a batch; absent: 1
 * @param shuffleMethod {@code instance_shuffle}, {@code batch_shuffle} or {@code
 *     batch_shuffle_clipped}
 * @param textNormalisation applied before the vocabulary; absent: none
 * @param unknownCharacters how to treat texts with unknown characters, after normalisation; absent:
 *     drop the characters
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
  /** The longest utterance in training, which augmentation may not exceed either. */
  public static final double LONGEST_UTTERANCE_SECONDS = 30;

  /**
   * The longest utterance in a test. LibriSpeech has utterances of 35 s, and a test set is not
   * pruned.
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
    // Messages from before these fields existed stay in the topics for a long time.
    textNormalisation = textNormalisation == null ? TextNormalisation.KEEP : textNormalisation;
    unknownCharacters =
        unknownCharacters == null ? UnknownCharacters.DROP_CHARACTER : unknownCharacters;
    InvalidMessageException.require(
        maxDuration <= LONGEST_TEST_UTTERANCE_SECONDS, "max_duration", maxDuration, "at most 60");
  }
}
