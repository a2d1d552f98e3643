package deepspeech.dataprep.tool;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.manifest.DatasetRoot;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that names the dataset root. */
public final class DatasetRootOption {
  @Option(
      names = {"--dataset-root", "--dataset_root"},
      paramLabel = "FOLDER",
      defaultValue = "${env:DEEPSPEECH_DATASET_ROOT}",
      description = {
        "Folder that all audio lies in.",
        "Default: $DEEPSPEECH_DATASET_ROOT, else this folder if the data lie in it, else theirs."
      })
  private Path given;

  /**
   * The dataset root.
   *
   * @param data files and folders that have to lie in it
   * @throws DataFileException if it is no folder, or if none is named and none holds all of them
   */
  public DatasetRoot of(Path... data) throws DataFileException {
    return new DatasetRoot(folder(data));
  }

  /** The folder of {@link #of}. */
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

  private static boolean holdsAll(Path folder, List<Path> folders) {
    return folders.stream().allMatch(inner -> inner.startsWith(folder));
  }

  private boolean isGiven() {
    return given != null && !given.toString().isEmpty();
  }

  /** A file under the root as a run names it, or where it is from here. */
  public Path find(String path) {
    Path here = Path.of(path).toAbsolutePath().normalize();
    if (!isGiven() || here.toFile().exists()) {
      return here;
    }
    return given.resolve(path).toAbsolutePath().normalize();
  }
}
