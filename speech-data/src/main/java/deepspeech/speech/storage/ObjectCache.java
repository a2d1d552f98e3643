package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk cache of objects that evicts the least recently used ones. The name of a cached file
 * encodes the object, its entity tag and its size. Therefore a changed object is never confused
 * with the old one, and the cache survives a restart. A file gets its final name when it is
 * complete. Processes that share a folder use separate parts of it. Thread-safe.
 */
final class ObjectCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectCache.class);
  private static final int KEY_DIGITS = 32;
  private static final int TAG_DIGITS = 16;
  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{32})-([0-9a-f]{16})-([0-9]{1,18})");
  private static final String UNFINISHED = ".part";
  private static final int LOCKS = 64;
  private static final int MOST_PROCESSES = 64;

  /** An upper bound of the files; the record of a file takes about 200 bytes of heap. */
  private static final int MOST_FILES = 200_000;

  private final ObjectSource source;
  private final long capacity;
  private final LongSupplier nanoTime;
  private final FileChannel claim;
  private final Path folder;

  /** Striped locks: one thread fetches an object, and other threads wait for it. */
  private final List<Object> locks = IntStream.range(0, LOCKS).mapToObj(i -> new Object()).toList();

  private final Map<String, CachedFile> files = new LinkedHashMap<>(16, 0.75f, true);
  private long used;

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
    try {
      Files.createDirectories(folder);
      Map.Entry<Path, FileChannel> part = claim(folder);
      this.folder = part.getKey();
      this.claim = part.getValue();
      takeUp();
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
    String key = digest(object.toString(), KEY_DIGITS);
    synchronized (locks.get(Math.floorMod(key.hashCode(), LOCKS))) {
      CachedFile known = known(key);
      if (known != null && isCurrent(known, object, maxAge)) {
        if (known.version.size() > most) {
          throw UnreadableFileException.tooLarge(known.version.size(), most);
        }
        try {
          FileChannel content = FileChannel.open(known.path, StandardOpenOption.READ);
          Files.setLastModifiedTime(known.path, FileTime.from(Instant.now()));
          return content;
        } catch (NoSuchFileException e) {
          // The folder was cleared, or another thread has just evicted the file.
          forget(key);
        } catch (IOException e) {
          throw failure(known.path, e);
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
    String key = digest(object.toString(), KEY_DIGITS);
    synchronized (locks.get(Math.floorMod(key.hashCode(), LOCKS))) {
      CachedFile known = known(key);
      if (known != null && isFresh(known, maxAge)) {
        return known.version;
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
    if (isFresh(known, maxAge)) {
      return true;
    }
    return isConfirmed(known, source.version(object));
  }

  /** Whether a cached file has the current content. An outdated file is evicted. */
  private boolean isConfirmed(CachedFile known, ObjectVersion current) {
    if (!known.path.equals(path(known.key, current))) {
      forget(known.key);
      return false;
    }
    known.version = current;
    known.confirmed = nanoTime.getAsLong();
    return true;
  }

  private boolean isFresh(CachedFile known, Duration maxAge) {
    return known.confirmed != CachedFile.NEVER
        && nanoTime.getAsLong() - known.confirmed < maxAge.toNanos();
  }

  private FileChannel fetch(String key, StoredObject object, long most)
      throws UnreadableFileException {
    Path part = folder.resolve(UUID.randomUUID() + UNFINISHED);
    try {
      ObjectVersion version = download(object, part, most);
      Path path = path(key, version);
      Files.createDirectories(path.getParent());
      FileChannel content = FileChannel.open(part, StandardOpenOption.READ);
      try {
        admit(part, new CachedFile(key, path, version, nanoTime.getAsLong()));
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
      delete(part);
    }
  }

  private ObjectVersion download(StoredObject object, Path part, long most)
      throws UnreadableFileException {
    try {
      return source.download(object, part, Math.min(most, capacity));
    } catch (UnreadableFileException e) {
      if (e.problem() == UnreadableFileException.Problem.TOO_LARGE && capacity < most) {
        throw new StorageException(
            "data cache %s: %s has no room: %s; raise DEEPSPEECH_DATA_CACHE_MB"
                .formatted(folder, object, e.getMessage()),
            false,
            e);
      }
      throw e;
    }
  }

  private CachedFile known(String key) {
    synchronized (files) {
      return files.get(key);
    }
  }

  private void admit(Path part, CachedFile file) throws IOException {
    synchronized (files) {
      makeRoom(file.version.size());
      Files.move(
          part, file.path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      remember(file);
    }
  }

  private void remember(CachedFile file) {
    synchronized (files) {
      CachedFile earlier = files.put(file.key, file);
      used += file.version.size() - (earlier == null ? 0 : earlier.version.size());
    }
  }

  private void forget(String key) {
    synchronized (files) {
      CachedFile file = files.remove(key);
      if (file != null) {
        used -= file.version.size();
        delete(file.path);
      }
    }
  }

  private void makeRoom(long size) {
    synchronized (files) {
      Iterator<CachedFile> leastRecent = files.values().iterator();
      while (leastRecent.hasNext() && (used + size > capacity || files.size() >= MOST_FILES)) {
        CachedFile file = leastRecent.next();
        leastRecent.remove();
        used -= file.version.size();
        delete(file.path);
      }
    }
  }

  /** The total size of the cached files in bytes. */
  long used() {
    synchronized (files) {
      return used;
    }
  }

  private Path path(String key, ObjectVersion version) {
    return folder
        .resolve(key.substring(0, 2))
        .resolve(
            "%s-%s-%d".formatted(key, digest(version.entityTag(), TAG_DIGITS), version.size()));
  }

  /** Locks the first numbered folder that no other process holds. */
  private static Map.Entry<Path, FileChannel> claim(Path folder) throws IOException {
    for (int number = 0; number < MOST_PROCESSES; number++) {
      Path part = Files.createDirectories(folder.resolve("part-" + number));
      FileChannel channel =
          FileChannel.open(
              part.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return Map.entry(part, channel);
      }
      channel.close();
    }
    throw new IOException("%d processes use it already".formatted(MOST_PROCESSES));
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void takeUp() throws IOException {
    List<CachedFile> found = new ArrayList<>();
    Map<CachedFile, FileTime> times = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(folder, 2)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (path.getFileName().toString().endsWith(UNFINISHED)) {
          delete(path);
        } else if (name.matches()) {
          BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
          CachedFile file =
              new CachedFile(
                  name.group(1),
                  path,
                  new ObjectVersion("", Long.parseLong(name.group(3))),
                  CachedFile.NEVER);
          if (attributes.size() == file.version.size()) {
            found.add(file);
            times.put(file, attributes.lastModifiedTime());
          } else {
            delete(path);
          }
        }
      }
    }
    found.sort(Comparator.comparing(times::get));
    for (CachedFile file : found) {
      forget(file.key);
      remember(file);
    }
    makeRoom(0);
  }

  private static StorageException failure(Path path, IOException e) {
    return new StorageException("data cache: %s: %s".formatted(path, e), true, e);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("data cache: cannot delete {}: {}", path, e.getMessage());
    }
  }

  private static String digest(String text, int digits) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, digits / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Releases the folder for another process. The files stay on disk. */
  @Override
  public void close() {
    try {
      claim.close();
    } catch (IOException e) {
      throw failure(folder, e);
    } finally {
      source.close();
    }
  }

  /** A cached file. Its fields are written under the lock of its object. */
  private static final class CachedFile {
    private static final long NEVER = Long.MIN_VALUE;

    private final String key;
    private final Path path;
    private ObjectVersion version;
    private long confirmed;

    CachedFile(String key, Path path, ObjectVersion version, long confirmed) {
      this.key = key;
      this.path = path;
      this.version = version;
      this.confirmed = confirmed;
    }
  }
}
