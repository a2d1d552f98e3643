package deepspeech.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The few operations on a bucket that the checkpoint store is built of; each happens or does not.
 * All throw {@link CheckpointStoreException}, one line, where the server does not do its part.
 */
interface ObjectStore extends AutoCloseable {

  /** Throws unless the server answers, takes the keys and has the bucket. */
  void check();

  /**
   * The {@link OtherStore} of that name, else the bucket of that name on the same server. It uses
   * the connections of this one and need not be closed.
   */
  ObjectStore bucket(String name);

  /** Where an object is: {@code s3://bucket/key}, as a reference names it. */
  String uri(String key);

  /** The object whole; empty if there is none. For small ones. */
  Optional<StoredObject> get(String key);

  /** Writes a small object; false if the condition does not hold. */
  boolean put(String key, byte[] content, PutCondition condition);

  /** Writes an object of any size, whatever was there. */
  FileDigest upload(String key, CheckpointSource source);

  /** Writes the object into a local file; empty if there is none. */
  Optional<FileDigest> download(String key, Path target);

  /** All keys that begin with {@code prefix}, in order. */
  List<String> list(String prefix);

  /** Bytes of every object whose key begins with {@code prefix}, by key. */
  Map<String, Long> sizes(String prefix);

  /** Removes the object; no error if there is none. */
  void delete(String key);

  /** Uploads in parts, of keys that begin with {@code prefix}, that have not come to an end. */
  List<UnfinishedUpload> unfinishedUploads(String prefix);

  /** Removes the parts of such an upload; no error if it has come to an end. */
  void abort(UnfinishedUpload upload);

  @Override
  void close();
}
