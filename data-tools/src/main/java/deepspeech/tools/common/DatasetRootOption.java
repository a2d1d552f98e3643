package deepspeech.tools.common;

import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.CacheConfiguration;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import deepspeech.speech.storage.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that names the dataset root. */
public final class DatasetRootOption {
  @Option(
      names = {"--dataset-root", "--dataset_root"},
      paramLabel = "FOLDER",
      defaultValue = "${env:DEEPSPEECH_DATASET_ROOT}",
      description = {
        "Folder that contains all audio.",
        "Default: $DEEPSPEECH_DATASET_ROOT, else the working directory if it contains the data,"
            + " else the common folder of the data."
      })
  private Path given;

  @Option(
      names = {"--further-roots", "--further_roots"},
      paramLabel = "FOLDER",
      split = ",",
      defaultValue = "${env:DEEPSPEECH_FURTHER_ROOTS}",
      description = {
        "Further folders whose files may be read, separated by commas: links under the dataset root"
            + " may lead to them.",
        "Default: $DEEPSPEECH_FURTHER_ROOTS, else none."
      })
  private List<Path> further;

  /**
   * Returns the dataset root.
   *
   * @param data files and folders that must be under the root
   * @throws DataFileException if the root is not a folder, or if no root is named and no folder
   *     contains all of the data
   */
  public DatasetRoot of(Path... data) throws DataFileException {
    return new DatasetRoot(
        folder(data),
        further == null
            ? List.of()
            : further.stream().filter(folder -> !folder.toString().isEmpty()).toList());
  }

  /** Returns the folder of the dataset root that {@link #of} returns. */
  public Path folder(Path... data) throws DataFileException {
    if (isGiven()) {
      return given.toAbsolutePath().normalize();
    }
    Path here = Path.of("").toAbsolutePath();
    List<Path> folders =
        Arrays.stream(data).map(path -> path.toAbsolutePath().normalize().getParent()).toList();
    if (folders.stream().allMatch(folder -> folder.startsWith(here))) {
      return here;
    }
    Path common = folders.get(0);
    while (!holdsAll(common, folders)) {
      common = common.getParent();
    }
    if (common.getParent() == null) {
      throw new DataFileException("the data have no folder in common; --dataset-root is needed");
    }
    return common;
  }

  /** Returns the folder that the option or the environment names; empty if neither names one. */
  public Optional<Path> named() {
    return isGiven() ? Optional.of(given.toAbsolutePath().normalize()) : Optional.empty();
  }

  private static boolean holdsAll(Path folder, List<Path> folders) {
    return folders.stream().allMatch(inner -> inner.startsWith(folder));
  }

  private boolean isGiven() {
    return given != null && !given.toString().isEmpty();
  }

  /**
   * Returns the storage for the files under the root and, if {@code DEEPSPEECH_S3_ENDPOINT} is set,
   * for the objects of a store.
   *
   * @param data files and folders that must be under the root; without any, the root is the current
   *     folder unless the option names another
   */
  public DataStorage storage(Path... data) throws DataFileException {
    DatasetRoot root = of(data);
    EnvironmentVariables environment = EnvironmentVariables.ofProcess();
    return ObjectStoreConfiguration.ifSet(environment)
        .map(store -> DataStorage.of(root, store, CacheConfiguration.of(environment)))
        .orElseGet(() -> DataStorage.under(root));
  }

  /** Returns the {@link #storage} for a manifest, which may be an object. */
  public DataStorage storageFor(String manifest) throws DataFileException {
    return manifest.startsWith(Location.OBJECT_SCHEME) ? storage() : storage(Path.of(manifest));
  }

  /**
   * Returns the path of a file in the current folder or, as a run resolves it, under the root.
   * Returns the path of an object unchanged.
   */
  public String find(String path) {
    if (path.startsWith(Location.OBJECT_SCHEME)) {
      return path;
    }
    Path here = Path.of(path).toAbsolutePath().normalize();
    if (!isGiven() || Files.exists(here)) {
      return here.toString();
    }
    return given.resolve(path).toAbsolutePath().normalize().toString();
  }
}
