package deepspeech.speech.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A cached file. Its version and the time of its check are written under the lock of its object.
 */
final class CachedFile {
  private static final long NEVER = Long.MIN_VALUE;

  private final String key;
  private final Path path;
  private ObjectVersion version;
  private long confirmed;

  /**
   * Describes a file of the object's current version.
   *
   * @param key key of the object
   * @param nanos time of the check with the store, in nanoseconds
   */
  CachedFile(String key, Path path, ObjectVersion version, long nanos) {
    this.key = key;
    this.path = path;
    this.version = version;
    this.confirmed = nanos;
  }

  /** Describes a file of an earlier process, whose version has to be checked before it is used. */
  static CachedFile unconfirmed(String key, Path path, long size) {
    return new CachedFile(key, path, new ObjectVersion("", size), NEVER);
  }

  String key() {
    return key;
  }

  Path path() {
    return path;
  }

  ObjectVersion version() {
    return version;
  }

  /** Records a check with the store that found the content current. */
  void confirm(ObjectVersion current, long nanos) {
    version = current;
    confirmed = nanos;
  }

  boolean isFresh(long nanos, Duration maxAge) {
    return confirmed != NEVER && nanos - confirmed < maxAge.toNanos();
  }
}
