package deepspeech.dataprep.dataset;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that a data specification names, all inside the dataset root and existing.
 *
 * @param manifest of utterances
 * @param vocabulary of tokens
 * @param meanStd statistics of the features
 * @param augmentation file, whether or not it exists; null if none is named
 */
record DataSetFiles(Path manifest, Path vocabulary, Path meanStd, Path augmentation) {
  private static final String NO_AUGMENTATION = "None";

  /**
   * Finds the files.
   *
   * @throws DataFileException if one does not exist or lies outside the root; as in the seed, an
   *     augmentation file may be absent
   */
  static DataSetFiles find(DatasetRoot root, Split split, DataSpecification specification)
      throws DataFileException {
    return new DataSetFiles(
        root.file("manifest", specification.manifest()),
        root.file("vocab_path", specification.vocabPath()),
        root.file("mean_std_path", specification.meanStdPath()),
        split == Split.TRAIN ? augmentation(root, specification.augmentConfPath()) : null);
  }

  private static Path augmentation(DatasetRoot root, String path) throws DataFileException {
    if (path == null || path.isBlank() || path.equals(NO_AUGMENTATION)) {
      return null;
    }
    Optional<Path> file = root.resolve(path);
    if (file.isPresent() && Files.notExists(file.get()) && !path.startsWith("s3://")) {
      return file.get();
    }
    return root.file("augment_conf_path", path);
  }
}
