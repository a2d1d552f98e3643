package deepspeech.dataprep.tool;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.manifest.DatasetRoot;
import java.nio.file.Path;
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
   * @param file that has to lie in it
   * @throws DataFileException if it is no folder
   */
  public DatasetRoot of(Path file) throws DataFileException {
    return new DatasetRoot(folder(file));
  }

  private Path folder(Path file) {
    if (given != null && !given.toString().isEmpty()) {
      return given;
    }
    Path here = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here : absolute.getParent();
  }

  /** A file under the root as a run names it, or where it is from here. */
  public Path find(String path) {
    Path here = Path.of(path).toAbsolutePath().normalize();
    if (given == null || given.toString().isEmpty() || here.toFile().exists()) {
      return here;
    }
    return given.resolve(path).toAbsolutePath().normalize();
  }
}
