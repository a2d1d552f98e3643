package deepspeech.speech.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a cache folder that this process has locked, and the names of the files in it. The
 * name of a file encodes the object, its entity tag and its size.
 */
final class CacheFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);
  private static final int KEY_DIGITS = 32;
  private static final int TAG_DIGITS = 16;
  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{32})-([0-9a-f]{16})-([0-9]{1,18})");
  private static final String UNFINISHED = ".part";
  private static final int MOST_PROCESSES = 64;

  private final Path path;
  private final FileChannel lock;

  private CacheFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Locks the first numbered folder that no other process holds. */
  static CacheFolder lock(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int number = 0; number < MOST_PROCESSES; number++) {
      Path part = Files.createDirectories(folder.resolve("part-" + number));
      FileChannel channel =
          FileChannel.open(
              part.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return new CacheFolder(part, channel);
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

  Path path() {
    return path;
  }

  /** Returns the key of an object, under which all of its versions are stored. */
  static String key(Location.StoredObject object) {
    return digest(object.toString(), KEY_DIGITS);
  }

  /** Returns the path of a version of an object. */
  Path path(String key, ObjectVersion version) {
    return path.resolve(key.substring(0, 2))
        .resolve(
            "%s-%s-%d".formatted(key, digest(version.entityTag(), TAG_DIGITS), version.size()));
  }

  /** Returns the path of a new file for a download. */
  Path unfinished() {
    return path.resolve(UUID.randomUUID() + UNFINISHED);
  }

  /**
   * Returns the files that an earlier process left, the least recently used first. Unfinished and
   * truncated files are deleted.
   */
  List<CachedFile> recover() throws IOException {
    List<CachedFile> found = new ArrayList<>();
    Map<CachedFile, FileTime> times = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(path, 2)) {
      for (Path file : (Iterable<Path>) paths::iterator) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (file.getFileName().toString().endsWith(UNFINISHED)) {
          delete(file);
        } else if (name.matches()) {
          BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
          CachedFile cached =
              CachedFile.unconfirmed(name.group(1), file, Long.parseLong(name.group(3)));
          if (attributes.size() == cached.version().size()) {
            found.add(cached);
            times.put(cached, attributes.lastModifiedTime());
          } else {
            delete(file);
          }
        }
      }
    }
    found.sort(Comparator.comparing(times::get));
    return found;
  }

  /** Deletes a file. A file that cannot be deleted is logged. */
  static void delete(Path path) {
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
  public void close() throws IOException {
    lock.close();
  }
}
