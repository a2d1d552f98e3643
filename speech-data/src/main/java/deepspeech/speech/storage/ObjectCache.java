package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * A disk cache of objects that evicts the least recently used ones. The name of a cached file
 * encodes the object, its entity tag and its size. Therefore a changed object is never confused
 * with the old one, and the cache survives a restart. A file gets its final name when it is
 * complete. Processes that share a folder use separate parts of it. Thread-safe.
 */
final class ObjectCache implements AutoCloseable {
  private static final int LOCKS = 64;

  private final ObjectSource source;
  private final long capacity;
  private final LongSupplier nanoTime;
  private final CacheFolder folder;
  private final CachedFiles files;

  /** Striped locks: one thread fetches an object, and other threads wait for it. */
  private final List<Object> locks = IntStream.range(0, LOCKS).mapToObj(i -> new Object()).toList();

  /**
   * Opens a cache and reuses the files that an earlier process left in it.
   *
   * @param folder folder of the cache; created if it does not exist
   * @param capacity largest total size for this process, in bytes
   * @param nanoTime monotonic clock in nanoseconds, with any origin
   * @throws StorageException if the folder cannot be used
   */
  ObjectCache(Path folder, long capacity, ObjectSource source, LongSupplier nanoTime) {
    this.source = source;
    this.capacity = capacity;
    this.nanoTime = nanoTime;
    this.files = new CachedFiles(capacity);
    try {
      this.folder = CacheFolder.lock(folder);
      this.folder.recover().forEach(files::add);
    } catch (IOException e) {
      throw new StorageException(
          "data cache %s: cannot be used: %s".formatted(folder, e), false, e);
    }
  }

  /**
   * Opens an object. The content stays readable through the channel, even if the object is evicted
   * or the cache is closed.
   *
   * @param maxAge largest age of the last check whether the object has changed
   * @param most largest allowed size in bytes
   * @throws UnreadableFileException if the object does not exist or is larger
   * @throws StorageException if the store is not available, or if the object is larger than the
   *     cache
   */
  FileChannel open(StoredObject object, Duration maxAge, long most) throws UnreadableFileException {
    String key = CacheFolder.key(object);
    synchronized (locks.get(Math.floorMod(key.hashCode(), LOCKS))) {
      CachedFile known = files.get(key);
      if (known != null && isCurrent(known, object, maxAge)) {
        if (known.version().size() > most) {
          throw UnreadableFileException.tooLarge(known.version().size(), most);
        }
        try {
          FileChannel content = FileChannel.open(known.path(), StandardOpenOption.READ);
          Files.setLastModifiedTime(known.path(), FileTime.from(Instant.now()));
          return content;
        } catch (NoSuchFileException e) {
          // The folder was cleared, or another thread has just evicted the file.
          files.remove(key);
        } catch (IOException e) {
          throw failure(known.path(), e);
        }
      }
      return fetch(key, object, most);
    }
  }

  /**
   * Returns the version of an object.
   *
   * @param maxAge largest age of the last check with the store
   */
  ObjectVersion version(StoredObject object, Duration maxAge) throws UnreadableFileException {
    String key = CacheFolder.key(object);
    synchronized (locks.get(Math.floorMod(key.hashCode(), LOCKS))) {
      CachedFile known = files.get(key);
      if (known != null && known.isFresh(nanoTime.getAsLong(), maxAge)) {
        return known.version();
      }
      ObjectVersion current = source.version(object);
      if (known != null) {
        var unused = isConfirmed(known, current);
      }
      return current;
    }
  }

  private boolean isCurrent(CachedFile known, StoredObject object, Duration maxAge)
      throws UnreadableFileException {
    if (known.isFresh(nanoTime.getAsLong(), maxAge)) {
      return true;
    }
    return isConfirmed(known, source.version(object));
  }

  /** Whether a cached file has the current content. An outdated file is evicted. */
  private boolean isConfirmed(CachedFile known, ObjectVersion current) {
    if (!known.path().equals(folder.path(known.key(), current))) {
      files.remove(known.key());
      return false;
    }
    known.confirm(current, nanoTime.getAsLong());
    return true;
  }

  private FileChannel fetch(String key, StoredObject object, long most)
      throws UnreadableFileException {
    Path part = folder.unfinished();
    try {
      ObjectVersion version = download(object, part, most);
      Path path = folder.path(key, version);
      Files.createDirectories(path.getParent());
      FileChannel content = FileChannel.open(part, StandardOpenOption.READ);
      try {
        files.admit(part, new CachedFile(key, path, version, nanoTime.getAsLong()));
      } catch (IOException e) {
        content.close();
        throw e;
      }
      return content;
    } catch (UnreadableFileException e) {
      throw e;
    } catch (IOException e) {
      throw failure(part, e);
    } finally {
      CacheFolder.delete(part);
    }
  }

  private ObjectVersion download(StoredObject object, Path part, long most)
      throws UnreadableFileException {
    try {
      return source.download(object, part, Math.min(most, capacity));
    } catch (UnreadableFileException e) {
      if (e.problem() == UnreadableFileException.Problem.TOO_LARGE && capacity < most) {
        throw new StorageException(
            "data cache %s: %s does not fit: %s; raise DEEPSPEECH_DATA_CACHE_MB"
                .formatted(folder.path(), object, e.getMessage()),
            false,
            e);
      }
      throw e;
    }
  }

  /** The total size of the cached files in bytes. */
  long used() {
    return files.used();
  }

  private static StorageException failure(Path path, IOException e) {
    return new StorageException("data cache: %s: %s".formatted(path, e), true, e);
  }

  /** Releases the folder for another process. The files stay on disk. */
  @Override
  public void close() {
    try {
      folder.close();
    } catch (IOException e) {
      throw failure(folder.path(), e);
    } finally {
      source.close();
    }
  }
}
