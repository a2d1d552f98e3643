package deepspeech.messages.features;

import deepspeech.messages.InvalidMessageException;

/**
 * The files of a split, relative to the dataset root.
 *
 * @param augmentConfPath augmentation file; null for none
 */
public record DataFiles(
    String manifest, String vocabPath, String meanStdPath, String augmentConfPath) {
  public DataFiles {
    InvalidMessageException.require(manifest != null, "manifest", null, "a path");
    InvalidMessageException.require(vocabPath != null, "vocab_path", null, "a path");
    InvalidMessageException.require(meanStdPath != null, "mean_std_path", null, "a path");
  }

  /** The files of a split without augmentation. */
  public DataFiles(String manifest, String vocabPath, String meanStdPath) {
    this(manifest, vocabPath, meanStdPath, null);
  }
}
