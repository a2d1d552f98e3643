package deepspeech.speech.storage;

import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.Location.LocalFile;
import deepspeech.speech.storage.Location.ShardEntry;
import deepspeech.speech.storage.Location.StoredObject;
import deepspeech.speech.storage.UnreadableFileException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Access to all data that data sets are read from: files under the dataset root, objects of an S3
 * store through a disk cache, and entries of tar archives in either place. Thread-safe.
 */
public final class DataStorage implements AutoCloseable {
  /** An object that is read directly is always revalidated. */
  private static final Duration ALWAYS_CHECK = Duration.ZERO;

  /** A shard or a manifest is used many times a second. It is revalidated at this interval. */
  private static final Duration SHARD_CHECK_INTERVAL = Duration.ofSeconds(10);

  private static final String ABSENT = "absent";

  private final DatasetRoot root;
  private final ConfiguredStore objects;
  private final AudioPaths audioPaths;
  private final ShardEntries shards = new ShardEntries();

  DataStorage(DatasetRoot root, Optional<ObjectCache> objects) {
    this.root = root;
    this.objects = new ConfiguredStore(objects);
    this.audioPaths = new AudioPaths(root, this.objects);
  }

  /** Gives access to files under a root only. */
  public static DataStorage under(DatasetRoot root) {
    return new DataStorage(root, Optional.empty());
  }

  /**
   * Gives access to files under a root and to objects of a store.
   *
   * @param cache configuration of the disk cache for objects
   * @throws StorageException if the folder of the cache cannot be used
   */
  public static DataStorage of(
      DatasetRoot root, ObjectStoreConfiguration store, CacheConfiguration cache) {
    return new DataStorage(
        root,
        Optional.of(
            new ObjectCache(
                cache.folder(),
                cache.bytes(),
                new S3Source(store, Retry.DEFAULT),
                System::nanoTime)));
  }

  /**
   * Finds a file that a request names.
   *
   * @param field name of the field in the request, for messages
   * @param path absolute, relative to the root, or {@code s3://bucket/key}
   * @return the existing file
   * @throws DataFileException if the file is outside the root or does not exist, or if it is an
   *     object and no store is configured
   * @throws StorageException if the store is not available
   */
  public Location file(String field, String path) throws DataFileException {
    if (!path.startsWith(Location.OBJECT_SCHEME)) {
      return new LocalFile(root.file(field, path));
    }
    StoredObject object =
        StoredObject.parse(path)
            .orElseThrow(
                () ->
                    new DataFileException(
                        "%s: %s: is not of the form s3://bucket/key".formatted(field, path)));
    try {
      objects.require(field, path).version(object, SHARD_CHECK_INTERVAL);
      return object;
    } catch (UnreadableFileException e) {
      throw new DataFileException("%s: %s: does not exist".formatted(field, path), e);
    }
  }

  /**
   * Resolves the path of a file that a request names. The file may not exist.
   *
   * @return empty if the path leads outside the root
   * @throws StorageException if the path names an object and no store is configured
   */
  public Optional<Location> resolve(String path) {
    if (!path.startsWith(Location.OBJECT_SCHEME)) {
      return root.resolve(path).map(LocalFile::new);
    }
    Optional<StoredObject> object = StoredObject.parse(path);
    object.ifPresent(objects::require);
    return object.map(Location.class::cast);
  }

  /**
   * Whether a file exists.
   *
   * @throws DataFileException if this cannot be determined
   * @throws StorageException if the store is not available
   */
  public boolean exists(Location file) throws DataFileException {
    return !version(file).equals(ABSENT);
  }

  /**
   * Lists the files of a local folder and its subfolders, sorted by path. Hidden files and folders
   * are skipped. Links are followed inside the root.
   *
   * @throws DataFileException if the folder cannot be read, or if it or a link in it leads outside
   *     the root
   */
  public List<Path> files(LocalFile folder) throws DataFileException {
    return FolderFiles.inside(root, folder.path(), FolderFiles.MOST_RECORDINGS);
  }

  /** The rules by which the audio paths of a manifest lead to files and objects. */
  public AudioPaths audioPaths() {
    return audioPaths;
  }

  /**
   * Returns a version of a file's content. Equal versions mean equal content.
   *
   * @throws DataFileException if the version cannot be determined
   * @throws StorageException if the store is not available
   */
  public String version(Location file) throws DataFileException {
    try {
      return versionOf(file);
    } catch (UnreadableFileException | NoSuchFileException e) {
      return ABSENT;
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be read: " + reason(e), e);
    }
  }

  private String versionOf(Location file) throws IOException {
    return versionOf(file, SHARD_CHECK_INTERVAL);
  }

  /**
   * Returns a version of the content of an audio file. Objects are asked for at once, shards at
   * intervals.
   *
   * @throws UnreadableFileException if the file does not exist
   * @throws IOException if the version cannot be determined
   * @throws StorageException if the store is not available
   */
  String recordingVersion(Location file) throws IOException {
    return file instanceof ShardEntry entry
        ? versionOf(entry.shard())
        : versionOf(file, ALWAYS_CHECK);
  }

  private String versionOf(Location file, Duration maxAge) throws IOException {
    if (file instanceof LocalFile local) {
      BasicFileAttributes attributes =
          Files.readAttributes(local.path(), BasicFileAttributes.class);
      return attributes.size() + " bytes of " + attributes.lastModifiedTime();
    }
    if (file instanceof StoredObject object) {
      ObjectVersion version = objects.require(object).version(object, maxAge);
      return version.size() + " bytes of " + version.entityTag();
    }
    return versionOf(((ShardEntry) file).shard(), maxAge);
  }

  /**
   * Opens a file of a data set at its beginning.
   *
   * @throws DataFileException if the file cannot be read
   * @throws StorageException if the store is not available
   */
  public InputStream open(Location file) throws DataFileException {
    try {
      return Channels.newInputStream(channel(file, Long.MAX_VALUE, ALWAYS_CHECK));
    } catch (UnreadableFileException e) {
      throw new DataFileException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be read: " + reason(e), e);
    }
  }

  /**
   * Reads a whole file of a data set.
   *
   * @param most largest allowed size in bytes
   * @throws DataFileException if the file cannot be read or is larger
   * @throws StorageException if the store is not available
   */
  public byte[] content(Location file, int most) throws DataFileException {
    try {
      return read(file, most);
    } catch (UnreadableFileException e) {
      throw new DataFileException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be read: " + reason(e), e);
    }
  }

  /**
   * Reads a whole file.
   *
   * @param most largest allowed size in bytes
   * @throws UnreadableFileException if the file does not exist, is not a regular file or is larger
   * @throws IOException if the machine cannot read it
   * @throws StorageException if the store is not available
   */
  public byte[] read(Location file, int most) throws IOException {
    return read(file, most, ALWAYS_CHECK);
  }

  /**
   * Reads a whole file as {@link #read(Location, int)}.
   *
   * @param maxAge largest age of the last check whether an object has changed
   */
  byte[] read(Location file, int most, Duration maxAge) throws IOException {
    try {
      return readPlace(file, most, maxAge);
    } catch (UnreadableFileException e) {
      if (e.problem() == Problem.MISSING && file.toString().indexOf('\\') >= 0) {
        throw new UnreadableFileException(
            Problem.MISSING, e.getMessage() + "; write / and not \\ between folders", e);
      }
      throw e;
    }
  }

  /**
   * Returns the audio in a file, an object or an entry of a shard. A read of it throws {@link
   * StorageException} if the store is not available, which says nothing about the audio.
   */
  public StoredAudio recording(Location file) {
    return new StoredAudio(this, file);
  }

  private byte[] readPlace(Location file, int most, Duration maxAge) throws IOException {
    if (file instanceof ShardEntry) {
      try (FileParts parts = parts(file, maxAge)) {
        return parts.readAll(most);
      }
    }
    try (FileChannel channel = channel(file, most, maxAge)) {
      return LocalFiles.all(channel, most);
    }
  }

  /**
   * Opens a file or an entry of a shard, to read parts of it.
   *
   * @param maxAge largest age of the last check whether an object has changed; that of a shard may
   *     be older
   * @throws UnreadableFileException if the file does not exist, is not a regular file or is
   *     truncated
   * @throws IOException if the machine cannot read it
   * @throws StorageException if the store is not available
   */
  FileParts parts(Location file, Duration maxAge) throws IOException {
    boolean isEntry = file instanceof ShardEntry;
    FileChannel channel =
        channel(
            isEntry ? ((ShardEntry) file).shard() : file,
            Long.MAX_VALUE,
            isEntry ? SHARD_CHECK_INTERVAL : maxAge);
    try {
      return isEntry
          ? shards.parts((ShardEntry) file, channel, versionOf(file))
          : new FileParts(channel, 0, channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private FileChannel channel(Location file, long most, Duration maxAge) throws IOException {
    if (file instanceof StoredObject object) {
      return objects.require(object).open(object, maxAge, most);
    }
    return LocalFiles.open(real(((LocalFile) file).path()));
  }

  /**
   * Returns the real path of a file, so that a link that is changed later cannot lead out of the
   * root.
   */
  private Path real(Path file) throws IOException {
    try {
      return root.real(file);
    } catch (OutsideRootException e) {
      throw new UnreadableFileException(Problem.OUTSIDE_ROOT, e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw UnreadableFileException.missingFile(e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Closes the cache. Its files stay on disk. */
  @Override
  public void close() {
    objects.close();
  }
}
