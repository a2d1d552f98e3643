package deepspeech.dataprep.manifest;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.storage.StorageException;
import deepspeech.operations.locale.FileNameEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that every file of every data set lies in. Paths that lead out of it are refused;
 * links inside it are its owner's business and are followed.
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public final class DatasetRoot {
  private final Path root;
  private final Path realRoot;

  /**
   * Takes the folder.
   *
   * @throws DataFileException if it is not an existing folder
   */
  public DatasetRoot(Path root) throws DataFileException {
    this.root = root.toAbsolutePath().normalize();
    if (!Files.isDirectory(this.root)) {
      throw new DataFileException(
          "dataset root %s: is not an existing folder".formatted(this.root));
    }
    try {
      this.realRoot = this.root.toRealPath();
    } catch (IOException e) {
      throw new DataFileException("dataset root %s: cannot be read".formatted(this.root), e);
    }
  }

  /**
   * Finds a file that a request names.
   *
   * @param field what the request calls it
   * @param path absolute or relative to the root
   * @return the existing file
   * @throws DataFileException if it lies outside the root or does not exist
   */
  public Path file(String field, String path) throws DataFileException {
    if (path.startsWith("s3://")) {
      throw new DataFileException(
          "%s: %s: data sets are read from the dataset root %s only".formatted(field, path, root));
    }
    Path file =
        inside(root, path)
            .orElseThrow(
                () ->
                    new DataFileException(
                        "%s: %s: lies outside the dataset root %s".formatted(field, path, root)));
    if (!Files.isRegularFile(file)) {
      throw new DataFileException("%s: %s: does not exist".formatted(field, file));
    }
    return file;
  }

  /**
   * Finds the audio file of a manifest line: an absolute path, or one relative to the manifest's
   * folder, else to the root.
   *
   * @return a path inside the root, whether or not there is a file; empty if the path leads outside
   */
  public Optional<Path> audio(Path manifest, String audioFilepath) {
    Optional<Path> besideManifest = inside(manifest.getParent(), audioFilepath);
    if (besideManifest.isPresent() && Files.exists(besideManifest.get())) {
      return besideManifest;
    }
    return Stream.of(inside(root, audioFilepath), besideManifest)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Whether a manifest line's path can lead to a file inside the root; looks at no file. */
  public boolean holds(Path manifest, String audioFilepath) {
    return inside(manifest.getParent(), audioFilepath).isPresent()
        || inside(root, audioFilepath).isPresent();
  }

  /** The path of a file that a request names, whether or not it exists; empty if it is outside. */
  public Optional<Path> resolve(String path) {
    return inside(root, path);
  }

  private Optional<Path> inside(Path folder, String path) {
    try {
      Path resolved = folder.resolve(path).normalize();
      return Optional.of(resolved).filter(p -> p.startsWith(root) || p.startsWith(realRoot));
    } catch (InvalidPathException e) {
      if (!FileNameEncoding.ofProcess().isUnicode() && path.indexOf(0) < 0) {
        // No fault of the data: another replica finds the file.
        throw new StorageException(path + ": " + FileNameEncoding.ofProcess().warning().get());
      }
      return Optional.empty();
    }
  }
}
