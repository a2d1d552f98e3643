package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.LocalFile;
import deepspeech.speech.storage.Location.ShardEntry;
import deepspeech.speech.storage.Location.StoredObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The rules by which the audio paths of a manifest lead to files and objects. Thread-safe. */
public final class AudioPaths {
  private final DatasetRoot root;
  private final ConfiguredStore objects;

  AudioPaths(DatasetRoot root, ConfiguredStore objects) {
    this.root = root;
    this.objects = objects;
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
  public Optional<Location> find(Location manifest, String audioFilepath) {
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
      object.ifPresent(objects::require);
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
}
