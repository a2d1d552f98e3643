package deepspeech.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out a number of operations, then none: as if the process had been killed. */
final class CrashingObjectStore extends ForwardingObjectStore {

  /** The process is gone. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private int operationsLeft;

  CrashingObjectStore(ObjectStore store, int operations) {
    super(store);
    this.operationsLeft = operations;
  }

  private void live() {
    if (operationsLeft <= 0) {
      throw new Crash();
    }
    operationsLeft--;
  }

  @Override
  public Optional<VersionedObject> get(String key) {
    live();
    return super.get(key);
  }

  @Override
  public boolean put(String key, byte[] content, PutCondition condition) {
    live();
    return super.put(key, content, condition);
  }

  @Override
  public FileDigest upload(String key, CheckpointSource source) {
    live();
    return super.upload(key, source);
  }

  @Override
  public Optional<FileDigest> download(String key, Path target) {
    live();
    return super.download(key, target);
  }

  @Override
  public List<String> list(String prefix) {
    live();
    return super.list(prefix);
  }

  @Override
  public Map<String, Long> sizes(String prefix) {
    live();
    return super.sizes(prefix);
  }

  @Override
  public void delete(String key) {
    live();
    super.delete(key);
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads(String prefix) {
    live();
    return super.unfinishedUploads(prefix);
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    live();
    super.abort(upload);
  }
}
