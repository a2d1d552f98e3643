package deepspeech.speech.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A bounded cache of the existence of folders. The file system is asked once for most folders. Not
 * thread-safe.
 */
public final class KnownFolders {
  private static final int MOST = 1 << 14;

  private final Map<Path, Boolean> folders = new HashMap<>();

  boolean has(Path folder) {
    Boolean known = folders.get(folder);
    if (known == null) {
      if (folders.size() == MOST) {
        folders.clear();
      }
      known = Files.isDirectory(folder);
      folders.put(folder, known);
    }
    return known;
  }
}
