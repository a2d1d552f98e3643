package deepspeech.speech.storage;

import deepspeech.runtime.locale.FileNameEncoding;
import deepspeech.speech.DataFileException;
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
 * The folder that holds every file of every data set, together with further configured folders. A
 * path that leads elsewhere is refused. A link that leads elsewhere is refused too, because the
 * check compares the real path of a file.
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public final class DatasetRoot {
  /** The environment variable that names the root. */
  public static final String ROOT = "DEEPSPEECH_DATASET_ROOT";

  /** The environment variable that names the further folders. */
  public static final String FURTHER_ROOTS = "DEEPSPEECH_FURTHER_ROOTS";

  /** Null if no file may be read. */
  private final Path root;

  /** All allowed folders; the root comes first. */
  private final List<Path> folders;

  /**
   * Allows the root folder only.
   *
   * @throws DataFileException if it is not an existing folder
   */
  public DatasetRoot(Path root) throws DataFileException {
    this(root, List.of());
  }

  /**
   * Allows the root folder and further folders.
   *
   * @param further folders whose files may be named by absolute paths; links under the root may
   *     lead into them
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

  private DatasetRoot() {
    this.root = null;
    this.folders = List.of();
  }

  /** Allows no file at all. Data sets are then read from a store only. */
  public static DatasetRoot none() {
    return new DatasetRoot();
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
   * @param field name of the field in the request, for messages
   * @param path absolute or relative to the root
   * @return the existing file
   * @throws DataFileException if it lies outside the root, does not exist or is not a regular file
   */
  public Path file(String field, String path) throws DataFileException {
    if (path.startsWith("s3://")) {
      throw new DataFileException(
          "%s: %s: data sets are read from the dataset root %s only".formatted(field, path, root));
    }
    if (root == null) {
      throw new DataFileException(
          "%s: %s: is not in a store, and no dataset root is configured; allowed: s3://bucket/key, or a file if %s is set"
              .formatted(field, path, ROOT));
    }
    Path file =
        resolve(path)
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
   * Resolves the audio path of a manifest line. The path is absolute, relative to the manifest's
   * folder or, if no such file exists there, relative to the root.
   *
   * @return a path inside the root; empty if the path leads outside. The file may not exist, and
   *     links are not checked
   */
  public Optional<Path> audio(Path manifest, String audioFilepath) {
    Optional<Path> besideManifest = inside(manifest.getParent(), audioFilepath);
    if (besideManifest.isPresent() && Files.exists(besideManifest.get())) {
      return besideManifest;
    }
    return Stream.of(resolve(audioFilepath), besideManifest).flatMap(Optional::stream).findFirst();
  }

  /**
   * Resolves the audio path of a manifest line as {@link #audio(Path, String)}, but decides by the
   * existing folders where possible, so that hardly any file is accessed.
   */
  public Optional<Path> audio(Path manifest, String audioFilepath, KnownFolders known) {
    Optional<Path> beside = inside(manifest.getParent(), audioFilepath);
    Optional<Path> under = resolve(audioFilepath);
    if (beside.isEmpty() || under.isEmpty() || beside.equals(under)) {
      return beside.or(() -> under);
    }
    if (!known.has(beside.get().getParent())) {
      return under;
    }
    return known.has(under.get().getParent()) && !Files.exists(beside.get()) ? under : beside;
  }

  /**
   * Whether a manifest line's path can lead to a file inside the root. Does not access the file.
   */
  public boolean holds(Path manifest, String audioFilepath) {
    return inside(manifest.getParent(), audioFilepath).isPresent()
        || resolve(audioFilepath).isPresent();
  }

  /**
   * Resolves a path that a request names. The file may not exist. Empty if the path leads outside.
   */
  public Optional<Path> resolve(String path) {
    return root == null ? Optional.empty() : inside(root, path);
  }

  /**
   * Returns the real path of a file, with all links resolved.
   *
   * @throws OutsideRootException if the real path is neither inside the root nor in a further
   *     folder
   * @throws NoSuchFileException if the file does not exist
   * @throws IOException if the path cannot be resolved
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
        // This process cannot encode the path; the data is not at fault. Another replica may find
        // the file.
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
        // A folder that no longer exists contains no file.
      }
    }
    return false;
  }
}
