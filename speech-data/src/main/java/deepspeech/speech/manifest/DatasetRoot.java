package deepspeech.speech.manifest;

import deepspeech.operations.locale.FileNameEncoding;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that every file of every data set lies in, and further folders that are named beside
 * it. A path that leads elsewhere is refused, and so is a link that does: what is compared is where
 * a file really is.
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public final class DatasetRoot {
  /** The variable that names further folders. */
  public static final String FURTHER_ROOTS = "DEEPSPEECH_FURTHER_ROOTS";

  private final Path root;

  /** The root first. */
  private final List<Path> folders;

  /**
   * Takes the folder alone.
   *
   * @throws DataFileException if it is not an existing folder
   */
  public DatasetRoot(Path root) throws DataFileException {
    this(root, List.of());
  }

  /**
   * Takes the folder and further ones.
   *
   * @param further folders whose files may be named by absolute paths, and that links under the
   *     root may lead into
   * @throws DataFileException if one of them is not an existing folder
   */
  public DatasetRoot(Path root, List<Path> further) throws DataFileException {
    this.root = folder("dataset root", root);
    List<Path> all = new ArrayList<>(List.of(this.root));
    for (Path folder : further) {
      all.add(folder(FURTHER_ROOTS, folder));
    }
    this.folders = List.copyOf(all);
  }

  private static Path folder(String name, Path path) throws DataFileException {
    Path folder = path.toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new DataFileException("%s %s: is not an existing folder".formatted(name, folder));
    }
    return folder;
  }

  /**
   * Finds a file that a request names.
   *
   * @param field what the request calls it
   * @param path absolute or relative to the root
   * @return the existing file
   * @throws DataFileException if it lies outside the root, does not exist or is not a regular file
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
    if (!Files.exists(file)) {
      throw new DataFileException("%s: %s: does not exist".formatted(field, file));
    }
    try {
      real(file);
    } catch (OutsideRootException e) {
      throw new DataFileException("%s: %s: %s".formatted(field, file, e.getMessage()), e);
    } catch (IOException e) {
      throw new DataFileException("%s: %s: cannot be read".formatted(field, file), e);
    }
    if (!Files.isRegularFile(file)) {
      throw new DataFileException(
          "%s: %s: is %s, not a file"
              .formatted(field, file, Files.isDirectory(file) ? "a folder" : "a pipe or device"));
    }
    return file;
  }

  /**
   * Finds the audio file of a manifest line: an absolute path, or one relative to the manifest's
   * folder, else to the root.
   *
   * @return a path inside the root, whether or not there is a file, and wherever links on it lead;
   *     empty if the path leads outside
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

  /**
   * The same by the folders that exist as far as they decide, so that hardly any file is looked at.
   */
  public Optional<Path> audio(Path manifest, String audioFilepath, KnownFolders known) {
    Optional<Path> beside = inside(manifest.getParent(), audioFilepath);
    Optional<Path> under = inside(root, audioFilepath);
    if (beside.isEmpty() || under.isEmpty() || beside.equals(under)) {
      return beside.or(() -> under);
    }
    if (!known.has(beside.get().getParent())) {
      return under;
    }
    return known.has(under.get().getParent()) && !Files.exists(beside.get()) ? under : beside;
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

  /**
   * Where a file really is, all links followed.
   *
   * @throws OutsideRootException if that is neither inside the root nor in a further folder
   * @throws NoSuchFileException if there is none
   * @throws IOException if the machine cannot tell
   */
  public Path real(Path file) throws IOException {
    Path real = file.toRealPath();
    for (Path folder : folders) {
      if (real.startsWith(folder.toRealPath())) {
        return real;
      }
    }
    throw new OutsideRootException(
        "a link leads to %s, outside the dataset root %s; %s allows further folders"
            .formatted(real, root, FURTHER_ROOTS));
  }

  private Optional<Path> inside(Path folder, String path) {
    try {
      Path resolved = folder.resolve(path).normalize();
      return Optional.of(resolved).filter(this::isInside);
    } catch (InvalidPathException e) {
      if (!FileNameEncoding.ofProcess().isUnicode() && path.indexOf(0) < 0) {
        // No fault of the data: another replica finds the file.
        throw new StorageException(path + ": " + FileNameEncoding.ofProcess().warning().get());
      }
      return Optional.empty();
    }
  }

  private boolean isInside(Path path) {
    if (folders.stream().anyMatch(path::startsWith)) {
      return true;
    }
    for (Path folder : folders) {
      try {
        if (path.startsWith(folder.toRealPath())) {
          return true;
        }
      } catch (IOException e) {
        // A folder that does not exist any more holds nothing.
      }
    }
    return false;
  }
}
