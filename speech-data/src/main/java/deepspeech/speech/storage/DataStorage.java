package deepspeech.speech.storage;

import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.DatasetRoot;
import deepspeech.speech.manifest.KnownFolders;
import deepspeech.speech.manifest.OutsideRootException;
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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Access to all data that data sets are read from: files under the dataset root, objects of an S3
 * store through a disk cache, and entries of tar archives in either place. Thread-safe.
 */
public final class DataStorage implements AutoCloseable {
  /** An object that is read directly is always revalidated. */
  private static final Duration ALWAYS_ASK = Duration.ZERO;

  /** A shard or a manifest is used many times a second. It is revalidated at this interval. */
  private static final Duration ASK_NOW_AND_THEN = Duration.ofSeconds(10);

  private static final String ABSENT = "absent";

  private final DatasetRoot root;
  private final Optional<ObjectCache> objects;
  private final ShardIndexes indexes = new ShardIndexes();

  DataStorage(DatasetRoot root, Optional<ObjectCache> objects) {
    this.root = root;
    this.objects = objects;
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
      requireStore(field, path).version(object, ASK_NOW_AND_THEN);
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
    return object(path);
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

  /**
   * Locates the audio of a manifest line. The path is an object {@code s3://bucket/key}, an
   * absolute path or a relative path. A relative path is resolved against the manifest's folder or,
   * if the manifest is a local file and no such file exists there, against the root. A path that
   * ends with {@code .tar#name} names an entry of a shard.
   *
   * @return a location inside the root or in the store, where the file may not exist; empty if the
   *     path leads outside
   * @throws StorageException if the path names an object and no store is configured
   */
  public Optional<Location> audio(Location manifest, String audioFilepath) {
    return locate(manifest, audioFilepath, true);
  }

  /** Whether a manifest line's path can lead to audio. Accesses no file. */
  public boolean holds(Location manifest, String audioFilepath) {
    return locate(manifest, audioFilepath, false).isPresent();
  }

  /**
   * Returns the canonical spelling of an audio path in a manifest. It is the same for {@code
   * a.wav}, {@code ./a.wav} and the absolute path. Links are not followed.
   *
   * @param folders cache of existing folders; where they decide, the file itself is not accessed
   */
  public String spelling(Location manifest, String audioFilepath, KnownFolders folders) {
    int separator = audioFilepath.indexOf(Location.SHARD_SEPARATOR);
    if (separator >= 0) {
      int end = separator + Location.SHARD_SEPARATOR.length() - 1;
      return spelling(manifest, audioFilepath.substring(0, end), folders)
          + "#"
          + ShardEntry.plainName(audioFilepath.substring(end + 1));
    }
    Optional<Location> place =
        manifest instanceof LocalFile local && !audioFilepath.startsWith(Location.OBJECT_SCHEME)
            ? root.audio(local.path(), audioFilepath, folders).map(LocalFile::new)
            : place(manifest, audioFilepath, false);
    return place.map(Location::toString).orElse(audioFilepath);
  }

  private Optional<Location> locate(Location manifest, String path, boolean existing) {
    int separator = path.indexOf(Location.SHARD_SEPARATOR);
    if (separator < 0) {
      return place(manifest, path, existing);
    }
    int end = separator + Location.SHARD_SEPARATOR.length() - 1;
    return place(manifest, path.substring(0, end), existing)
        .map(shard -> new ShardEntry(shard, path.substring(end + 1)));
  }

  private Optional<Location> place(Location manifest, String path, boolean existing) {
    if (path.startsWith(Location.OBJECT_SCHEME)) {
      Optional<StoredObject> object = StoredObject.parse(path);
      object.ifPresent(this::requireStore);
      return object.map(Location.class::cast);
    }
    if (manifest instanceof LocalFile local) {
      if (existing) {
        return root.audio(local.path(), path).map(LocalFile::new);
      }
      return root.holds(local.path(), path)
          ? Optional.of(new LocalFile(local.path()))
          : Optional.empty();
    }
    if (manifest instanceof StoredObject object && !path.startsWith("/")) {
      return sibling(object, path);
    }
    return root.resolve(path).map(LocalFile::new);
  }

  private Optional<Location> object(String path) {
    Optional<StoredObject> object = StoredObject.parse(path);
    object.ifPresent(this::requireStore);
    return object.map(Location.class::cast);
  }

  /** Resolves a path relative to the folder of an object; empty if the path leaves the bucket. */
  private static Optional<Location> sibling(StoredObject object, String path) {
    Deque<String> names = new ArrayDeque<>();
    String folder = object.key().substring(0, object.key().lastIndexOf('/') + 1);
    for (String name : (folder + path).split("/", -1)) {
      if (name.equals("..")) {
        if (names.pollLast() == null) {
          return Optional.empty();
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(new StoredObject(object.bucket(), String.join("/", names)));
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
    if (file instanceof LocalFile local) {
      BasicFileAttributes attributes =
          Files.readAttributes(local.path(), BasicFileAttributes.class);
      return attributes.size() + " bytes of " + attributes.lastModifiedTime();
    }
    if (file instanceof StoredObject object) {
      ObjectVersion version = requireStore(object).version(object, ASK_NOW_AND_THEN);
      return version.size() + " bytes of " + version.entityTag();
    }
    return versionOf(((ShardEntry) file).shard());
  }

  /**
   * Opens a file of a data set at its beginning.
   *
   * @throws DataFileException if the file cannot be read
   * @throws StorageException if the store is not available
   */
  public InputStream open(Location file) throws DataFileException {
    try {
      return Channels.newInputStream(channel(file, Long.MAX_VALUE, ALWAYS_ASK));
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
    try {
      return readPlace(file, most);
    } catch (UnreadableFileException e) {
      if (e.problem() == Problem.MISSING && file.toString().indexOf('\\') >= 0) {
        throw new UnreadableFileException(
            Problem.MISSING, e.getMessage() + "; write / and not \\ between folders", e);
      }
      throw e;
    }
  }

  private byte[] readPlace(Location file, int most) throws IOException {
    if (file instanceof ShardEntry entry) {
      return read(entry, most);
    }
    try (FileChannel channel = channel(file, most, ALWAYS_ASK)) {
      return LocalFiles.all(channel, most);
    }
  }

  /**
   * Opens a file or an entry of a shard, to read parts of it.
   *
   * @throws UnreadableFileException if the file does not exist, is not a regular file or is
   *     truncated
   * @throws IOException if the machine cannot read it
   * @throws StorageException if the store is not available
   */
  public FileParts parts(Location file) throws IOException {
    boolean isEntry = file instanceof ShardEntry;
    FileChannel channel =
        channel(
            isEntry ? ((ShardEntry) file).shard() : file,
            Long.MAX_VALUE,
            isEntry ? ASK_NOW_AND_THEN : ALWAYS_ASK);
    try {
      if (!isEntry) {
        return new FileParts(channel, 0, channel.size());
      }
      ShardIndex.Extent extent = extent((ShardEntry) file, channel);
      return new FileParts(channel, extent.offset(), extent.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private byte[] read(ShardEntry entry, int most) throws IOException {
    try (FileParts parts = parts(entry)) {
      return parts.readAll(most);
    }
  }

  /** Locates an entry in its shard and checks that the shard contains all of it. */
  private ShardIndex.Extent extent(ShardEntry entry, FileChannel channel) throws IOException {
    ShardIndex index = index(entry.shard(), channel);
    ShardIndex.Extent extent =
        index.find(entry.name()).orElseThrow(() -> missing(entry, index.damage()));
    if (extent.offset() + extent.size() > channel.size()) {
      throw new UnreadableFileException(
          Problem.DAMAGED,
          "the shard %s ends inside the entry %s".formatted(entry.shard(), entry.name()));
    }
    return extent;
  }

  private static UnreadableFileException missing(ShardEntry entry, Optional<String> damage) {
    String line = "the shard %s has no entry %s".formatted(entry.shard(), entry.name());
    return damage.isEmpty()
        ? new UnreadableFileException(Problem.MISSING, line)
        : new UnreadableFileException(
            Problem.DAMAGED,
            "%s in front of where it is damaged: %s".formatted(line, damage.get()));
  }

  private ShardIndex index(Location shard, FileChannel channel) throws IOException {
    String identity = shard + " " + versionOf(shard);
    try {
      return indexes.of(identity, new SharedChannel(channel));
    } catch (IOException e) {
      throw new UnreadableFileException(
          Problem.DAMAGED, "the shard %s is damaged: %s".formatted(shard, reason(e)), e);
    }
  }

  private FileChannel channel(Location file, long most, Duration maxAge) throws IOException {
    if (file instanceof StoredObject object) {
      return requireStore(object).open(object, maxAge, most);
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

  private ObjectCache requireStore(String field, String path) throws DataFileException {
    return objects.orElseThrow(
        () -> new DataFileException("%s: %s: %s".formatted(field, path, noStore())));
  }

  private ObjectCache requireStore(StoredObject object) {
    return objects.orElseThrow(() -> new StorageException(object + ": " + noStore()));
  }

  private static String noStore() {
    return "no object store is configured: %s is not set"
        .formatted(ObjectStoreConfiguration.ENDPOINT);
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Closes the cache. Its files stay on disk. */
  @Override
  public void close() {
    objects.ifPresent(ObjectCache::close);
  }
}
