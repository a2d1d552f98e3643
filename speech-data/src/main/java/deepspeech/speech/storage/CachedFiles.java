package deepspeech.speech.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of a cache. They have a size limit, and the least recently used files are deleted.
 * Thread-safe.
 */
final class CachedFiles {
  /** An upper bound of the files; the record of a file takes about 200 bytes of heap. */
  private static final int MOST_FILES = 200_000;

  private final long capacity;
  private final Map<String, CachedFile> files = new LinkedHashMap<>(16, 0.75f, true);
  private long used;

  /**
   * Creates an empty set.
   *
   * @param capacity largest total size in bytes
   */
  CachedFiles(long capacity) {
    this.capacity = capacity;
  }

  /** Returns the file of an object and marks it as used; null if it is not cached. */
  synchronized CachedFile get(String key) {
    return files.get(key);
  }

  /** Adds a file that is in place. A file of another version of the object is deleted. */
  synchronized void add(CachedFile file) {
    remove(file.key());
    remember(file);
    makeRoom(0);
  }

  /** Moves a finished download to its place, after it has made room. */
  synchronized void admit(Path download, CachedFile file) throws IOException {
    makeRoom(file.version().size());
    Files.move(
        download, file.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    remember(file);
  }

  private void remember(CachedFile file) {
    CachedFile earlier = files.put(file.key(), file);
    used += file.version().size() - (earlier == null ? 0 : earlier.version().size());
  }

  /** Deletes the file of an object. */
  synchronized void remove(String key) {
    CachedFile file = files.remove(key);
    if (file != null) {
      used -= file.version().size();
      CacheFolder.delete(file.path());
    }
  }

  private void makeRoom(long size) {
    Iterator<CachedFile> leastRecent = files.values().iterator();
    while (leastRecent.hasNext() && (used + size > capacity || files.size() >= MOST_FILES)) {
      CachedFile file = leastRecent.next();
      leastRecent.remove();
      used -= file.version().size();
      CacheFolder.delete(file.path());
    }
  }

  /** The total size of the files in bytes. */
  synchronized long used() {
    return used;
  }
}
