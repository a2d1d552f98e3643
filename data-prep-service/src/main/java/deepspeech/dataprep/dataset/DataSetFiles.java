package deepspeech.dataprep.dataset;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.features.DataSpecification;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that a data specification names, all inside the dataset root and existing.
 *
 * @param manifest of utterances
 * @param vocabulary of tokens
 * @param meanStd statistics of the features
 */
record DataSetFiles(Path manifest, Path vocabulary, Path meanStd) {
  private static final String NO_AUGMENTATION = "None";

  /**
   * Finds the files.
   *
   * @throws DataFileException if one does not exist or lies outside the root, or if there is an
   *     augmentation file
   */
  static DataSetFiles find(DatasetRoot root, DataSpecification specification)
      throws DataFileException {
    refuseAugmentation(root, specification.augmentConfPath());
    return new DataSetFiles(
        root.file("manifest", specification.manifest()),
        root.file("vocab_path", specification.vocabPath()),
        root.file("mean_std_path", specification.meanStdPath()));
  }

  /** As in the seed, the name of a file that does not exist means no augmentation. */
  private static void refuseAugmentation(DatasetRoot root, String path) throws DataFileException {
    if (path == null || path.isBlank() || path.equals(NO_AUGMENTATION)) {
      return;
    }
    if (path.startsWith("s3://") || root.resolve(path).filter(Files::exists).isPresent()) {
      throw new DataFileException(
          "augment_conf_path: %s: augmentation is not supported yet; allowed: None"
              .formatted(path));
    }
  }
}
