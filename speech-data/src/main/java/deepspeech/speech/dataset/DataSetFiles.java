package deepspeech.speech.dataset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files that a data specification names. All exist and are inside the dataset root or in the
 * object store, except that the augmentation file may be missing.
 *
 * @param manifest manifest of the utterances
 * @param vocabulary vocabulary of the tokens
 * @param meanStd statistics of the features
 * @param augmentation augmentation file, which may not exist; null if none is named
 */
record DataSetFiles(
    Location manifest, Location vocabulary, Location meanStd, Location augmentation) {
  private static final String NO_AUGMENTATION = "None";

  /**
   * Finds the files.
   *
   * @throws DataFileException if a file does not exist or lies outside the root; as in the Python
   *     project, the augmentation file may be missing
   */
  static DataSetFiles find(DataStorage storage, Split split, DataSpecification specification)
      throws DataFileException {
    return new DataSetFiles(
        storage.file("manifest", specification.manifest()),
        storage.file("vocab_path", specification.vocabPath()),
        storage.file("mean_std_path", specification.meanStdPath()),
        split == Split.TRAIN ? augmentation(storage, specification.augmentConfPath()) : null);
  }

  private static Location augmentation(DataStorage storage, String path) throws DataFileException {
    if (path == null || path.isBlank() || path.equals(NO_AUGMENTATION)) {
      return null;
    }
    Optional<Location> file = storage.resolve(path);
    if (file.isPresent() && !storage.exists(file.get())) {
      return file.get();
    }
    return storage.file("augment_conf_path", path);
  }

  /** All named files, which are the files that the run depends on. */
  List<Location> all() {
    return Stream.of(manifest, vocabulary, meanStd, augmentation).filter(Objects::nonNull).toList();
  }
}
