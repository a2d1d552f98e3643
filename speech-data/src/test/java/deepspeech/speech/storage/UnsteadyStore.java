package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A store that has the same content under every key, and fails for as long as a test wants. */
public final class UnsteadyStore {
  private final byte[] content;
  private volatile StorageException failure;

  public UnsteadyStore(byte[] content) {
    this.content = content.clone();
  }

  /** Fails with this line from now on. */
  public void fail(String line, boolean passing) {
    failure = new StorageException(line, passing, null);
  }

  /** Answers from now on. */
  public void recover() {
    failure = null;
  }

  /** The files under a root and this store. */
  public DataStorage storage(DatasetRoot root, Path cache) {
    return new DataStorage(
        root, Optional.of(new ObjectCache(cache, 1_000_000, new Source(), System::nanoTime)));
  }

  private final class Source implements ObjectSource {
    @Override
    public ObjectVersion version(StoredObject object) {
      StorageException current = failure;
      if (current != null) {
        throw current;
      }
      return new ObjectVersion("tag", content.length);
    }

    @Override
    public ObjectVersion download(StoredObject object, Path target, long most) {
      ObjectVersion version = version(object);
      try {
        Files.write(target, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return version;
    }

    @Override
    public void close() {}
  }
}
