package deepspeech.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passes every operation on: the base of stores that fail in some way. */
class ForwardingObjectStore implements ObjectStore {

  private final ObjectStore store;

  ForwardingObjectStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public ObjectStore bucket(String name) {
    return store.bucket(name);
  }

  @Override
  public String uri(String key) {
    return store.uri(key);
  }

  @Override
  public Optional<VersionedObject> get(String key) {
    return store.get(key);
  }

  @Override
  public boolean put(String key, byte[] content, PutCondition condition) {
    return store.put(key, content, condition);
  }

  @Override
  public FileDigest upload(String key, CheckpointSource source) {
    return store.upload(key, source);
  }

  @Override
  public Optional<FileDigest> download(String key, Path target) {
    return store.download(key, target);
  }

  @Override
  public List<String> list(String prefix) {
    return store.list(prefix);
  }

  @Override
  public Map<String, Long> sizes(String prefix) {
    return store.sizes(prefix);
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads(String prefix) {
    return store.unfinishedUploads(prefix);
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    store.abort(upload);
  }

  @Override
  public void close() {
    store.close();
  }
}
