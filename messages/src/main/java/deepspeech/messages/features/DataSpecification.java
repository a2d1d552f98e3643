package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * Everything that determines the batches of a split, besides the contents of the files. Its JSON is
 * flat: the fields of all groups stand beside the seed.
 *
 * @param seed of shuffling and augmentation
 */
public record DataSpecification(
    @JsonUnwrapped DataFiles files,
    @JsonUnwrapped DurationLimits durations,
    @JsonUnwrapped Batching batching,
    @JsonUnwrapped TextRules texts,
    int seed) {
  /** The longest utterance in training, which augmentation may not exceed either. */
  public static final double LONGEST_UTTERANCE_SECONDS = 30;

  /**
   * The longest utterance in a test. LibriSpeech has utterances of 35 s, and a test set is not
   * pruned.
   */
  public static final double LONGEST_TEST_UTTERANCE_SECONDS = 60;

  public String manifest() {
    return files.manifest();
  }

  public String vocabPath() {
    return files.vocabPath();
  }

  public String meanStdPath() {
    return files.meanStdPath();
  }

  public String augmentConfPath() {
    return files.augmentConfPath();
  }

  public double minDuration() {
    return durations.minDuration();
  }

  public double maxDuration() {
    return durations.maxDuration();
  }

  public int batchSize() {
    return batching.batchSize();
  }

  public Integer maxBatchFrames() {
    return batching.maxBatchFrames();
  }

  public Integer devices() {
    return batching.devices();
  }

  public String shuffleMethod() {
    return batching.shuffleMethod();
  }

  public TextNormalisation textNormalisation() {
    return texts.textNormalisation();
  }

  public UnknownCharacters unknownCharacters() {
    return texts.unknownCharacters();
  }
}
