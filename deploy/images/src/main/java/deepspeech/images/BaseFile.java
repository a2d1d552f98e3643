package deepspeech.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A file that a base may have. */
final class BaseFile {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final String path;
  private final Set<String> removers;

  private BaseFile(String path) {
    this.path = path;
    this.removers = removers(path);
  }

  /** What a layer does with the file. */
  private enum Change {
    NONE,
    ADDED,
    REMOVED
  }

  /**
   * True if an archive as {@code docker save} writes it has a file or link, and no later layer
   * removes it.
   *
   * @param path an absolute path, without links to folders
   */
  static boolean isIn(Path archive, String path) throws IOException {
    boolean found = false;
    for (Change change : ArchivedLayers.read(archive, new BaseFile(path.substring(1))::change)) {
      found = change == Change.ADDED || (found && change == Change.NONE);
    }
    return found;
  }

  private Change change(TarArchiveInputStream layer) throws IOException {
    Change change = Change.NONE;
    for (TarArchiveEntry entry = layer.getNextEntry();
        entry != null;
        entry = layer.getNextEntry()) {
      String name = ArchivedLayers.path(entry);
      if (name.equals(path) && !entry.isDirectory()) {
        return Change.ADDED;
      }
      if (removers.contains(name)) {
        change = Change.REMOVED;
      }
    }
    return change;
  }

  /** The files with which a layer removes the file or a folder above it from the layers below. */
  private static Set<String> removers(String path) {
    Set<String> removers = new TreeSet<>();
    String folder = "";
    for (String name : path.split("/", -1)) {
      removers.add(folder + WHITEOUT + name);
      removers.add(folder + OPAQUE);
      folder += name + "/";
    }
    return removers;
  }
}
