package deepspeech.speech.storage;

import deepspeech.objectstore.Connections;
import deepspeech.objectstore.ObjectStoreClient;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.objectstore.S3Failure;
import deepspeech.operations.health.Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Finds out whether the dataset root and, where there is one, the object store can be read. */
public final class StorageProbe implements Probe, AutoCloseable {
  /** The answer of a server that takes the keys, though not for a list of all buckets. */
  private static final String DENIED = "AccessDenied";

  private static final Connections CONNECTIONS =
      new Connections(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofMinutes(1));

  private final Path root;
  private final Optional<ObjectStoreClient> store;

  /**
   * Looks at nothing yet.
   *
   * @param root the dataset root
   * @param store empty if data sets lie under the root alone
   */
  public StorageProbe(Path root, Optional<ObjectStoreConfiguration> store) {
    this.root = root;
    this.store =
        store.map(
            configuration ->
                new ObjectStoreClient(
                    configuration, CONNECTIONS, Retry.NONE, StorageException.class));
  }

  /**
   * Looks.
   *
   * @throws StorageException naming the folder or the server
   */
  @Override
  public void look() throws InterruptedException {
    if (!Files.isDirectory(root) || !Files.isReadable(root)) {
      throw new StorageException("dataset root %s: cannot be read".formatted(root));
    }
    if (store.isPresent()) {
      look(store.get());
    }
  }

  private static void look(ObjectStoreClient client) throws InterruptedException {
    try {
      var unused = client.send(minio -> minio.listBuckets().join());
    } catch (S3Failure e) {
      if (!e.code().orElse("").equals(DENIED)) {
        throw new StorageException(e.line("list the buckets", ""), e.isPassing(), e.getCause());
      }
    }
  }

  @Override
  public void close() {
    store.ifPresent(ObjectStoreClient::close);
  }
}
