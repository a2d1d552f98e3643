package deepspeech.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operations on a bucket that the checkpoint store needs. Each one is atomic. All throw {@link
 * CheckpointStoreException} with one line if the server fails.
 */
interface ObjectStore extends AutoCloseable {

  /** Throws unless the server answers, accepts the keys and has the bucket. */
  void check();

  /**
   * The {@link OtherStore} of that name, or else the bucket of that name on the same server. It
   * shares the connections of this one and need not be closed.
   */
  ObjectStore bucket(String name);

  /** The URI of an object, as a reference names it: {@code s3://bucket/key}. */
  String uri(String key);

  /** Reads a document, of at most 16 MiB; empty if it does not exist. */
  Optional<VersionedObject> get(String key);

  /**
   * Writes a small object.
   *
   * @return false if the condition does not hold
   */
  boolean put(String key, byte[] content, PutCondition condition);

  /**
   * Writes a small object. An object with just this content counts as written, because the response
   * to an earlier attempt of this process may have been lost.
   *
   * @return false if the condition does not hold and the object has other content
   */
  static boolean putOnce(ObjectStore objects, String key, byte[] content, PutCondition condition) {
    return objects.put(key, content, condition)
        || objects.get(key).filter(now -> Arrays.equals(now.content(), content)).isPresent();
  }

  /** Writes an object of any size, and replaces an existing one. */
  FileDigest upload(String key, CheckpointSource source);

  /** Downloads an object into a local file; empty if it does not exist. */
  Optional<FileDigest> download(String key, Path target);

  /** All keys that begin with {@code prefix}, in order. */
  List<String> list(String prefix);

  /** Sizes in bytes of all objects whose keys begin with {@code prefix}, by key. */
  Map<String, Long> sizes(String prefix);

  /** Deletes the object. A missing object is no error. */
  void delete(String key);

  /** Unfinished multipart uploads of keys that begin with {@code prefix}. */
  List<UnfinishedUpload> unfinishedUploads(String prefix);

  /** Removes the parts of an unfinished upload. An upload that has ended meanwhile is no error. */
  void abort(UnfinishedUpload upload);

  @Override
  void close();
}
