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
 * Everything that data sets are read from: files under the dataset root, objects of an S3 store
 * through a cache on disk, and the entries of tar archives that are either. Thread-safe.
 */
public final class DataStorage implements AutoCloseable {
  /** An object read for itself is always the current one. */
  private static final Duration ALWAYS_ASK = Duration.ZERO;

  /**
   * A shard or a manifest is used many times a second; whether it has changed is asked so often.
   */
  private static final Duration ASK_NOW_AND_THEN = Duration.ofSeconds(10);

  private static final String ABSENT = "absent";

  private final DatasetRoot root;
  private final Optional<ObjectCache> objects;
  private final ShardIndexes indexes = new ShardIndexes();

  DataStorage(DatasetRoot root, Optional<ObjectCache> objects) {
    this.root = root;
    this.objects = objects;
  }

  /** The files under a root alone. */
  public static DataStorage under(DatasetRoot root) {
    return new DataStorage(root, Optional.empty());
  }

  /**
   * The files under a root and the objects of a store.
   *
   * @param cache where copies of objects are kept
   * @throws StorageException if the cache's folder cannot be used
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
   * @param field what the request calls it
   * @param path absolute, relative to the root, or {@code s3://bucket/key}
   * @return the existing file
   * @throws DataFileException if it lies outside the root, does not exist, or is an object and no
   *     store is configured
   * @throws StorageException if the store is away
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
   * The place of a file that a request names, whether or not there is something.
   *
   * @return empty if the path leads outside the root
   * @throws StorageException if it is an object and no store is configured
   */
  public Optional<Location> resolve(String path) {
    if (!path.startsWith(Location.OBJECT_SCHEME)) {
      return root.resolve(path).map(LocalFile::new);
    }
    return object(path);
  }

  /**
   * Whether there is a file.
   *
   * @throws DataFileException if that cannot be told
   * @throws StorageException if the store is away
   */
  public boolean exists(Location file) throws DataFileException {
    return !version(file).equals(ABSENT);
  }

  /**
   * The files of a folder of this machine and of the folders in it, by path; hidden ones are none.
   * Links are followed inside the root.
   *
   * @throws DataFileException if it cannot be read, or if it or a link in it leads outside the root
   */
  public List<Path> files(LocalFile folder) throws DataFileException {
    return FolderFiles.inside(root, folder.path(), FolderFiles.MOST_RECORDINGS);
  }

  /**
   * Finds the audio of a manifest line: an object {@code s3://bucket/key}, an absolute path, or one
   * relative to the manifest's folder, else to the root; with {@code .tar#name} at its end an entry
   * of a shard.
   *
   * @return a place inside the root or in the store, whether or not there is something; empty if
   *     the path leads outside
   * @throws StorageException if it is an object and no store is configured
   */
  public Optional<Location> audio(Location manifest, String audioFilepath) {
    return locate(manifest, audioFilepath, true);
  }

  /** Whether a manifest line's path can lead to audio; looks at no file. */
  public boolean holds(Location manifest, String audioFilepath) {
    return locate(manifest, audioFilepath, false).isPresent();
  }

  /**
   * What all spellings of an audio path in one manifest have in common: {@code a.wav}, {@code
   * ./a.wav} and the absolute path. Links are not followed.
   *
   * @param folders remembers which folders exist, since no file is looked at where they decide
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

  /** An object by its path from the folder of another one; empty if that leaves the bucket. */
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
   * Tells which content a file has: the same text means the same content.
   *
   * @throws DataFileException if that cannot be told
   * @throws StorageException if the store is away
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
   * Opens a file of a data set for reading from its beginning.
   *
   * @throws DataFileException if it cannot be read
   * @throws StorageException if the store is away
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
   * Reads a file of a data set.
   *
   * @param most bytes
   * @throws DataFileException if it cannot be read, or has more bytes
   * @throws StorageException if the store is away
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
   * @param most bytes
   * @throws UnreadableFileException if it does not exist, is no file, or has more bytes
   * @throws IOException if the machine cannot read it
   * @throws StorageException if the store is away
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
   * Opens a file or an entry of a shard to read parts of it.
   *
   * @throws UnreadableFileException if it does not exist, is no file or is cut off
   * @throws IOException if the machine cannot read it
   * @throws StorageException if the store is away
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

  /** Where an entry lies in its shard, which has all of it. */
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

  /** Where a file is, so that no link that is changed later leads out of the root. */
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

  /** Gives up the cache, whose files stay. */
  @Override
  public void close() {
    objects.ifPresent(ObjectCache::close);
  }
}
