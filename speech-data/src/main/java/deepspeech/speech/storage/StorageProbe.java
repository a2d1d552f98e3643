package deepspeech.speech.storage;

import deepspeech.objectstore.Connections;
import deepspeech.objectstore.ObjectStoreClient;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.objectstore.S3Failure;
import deepspeech.runtime.health.Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Checks whether the dataset root and the object store can be read, as far as they are configured.
 */
public final class StorageProbe implements Probe, AutoCloseable {
  private static final Connections CONNECTIONS =
      new Connections(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofMinutes(1));

  private final Optional<Path> root;
  private final Optional<ObjectStoreClient> store;

  /**
   * Prepares the probe without any access.
   *
   * @param root the dataset root; empty if all data sets are in the store
   * @param store configuration of the object store; empty if all data sets are under the root
   */
  public StorageProbe(Optional<Path> root, Optional<ObjectStoreConfiguration> store) {
    this.root = root;
    this.store =
        store.map(
            configuration ->
                new ObjectStoreClient(
                    configuration, CONNECTIONS, Retry.NONE, StorageException.class));
  }

  /**
   * Checks the root and the store.
   *
   * @throws StorageException if one of them cannot be read; the message names the folder or the
   *     server
   */
  @Override
  public void check() throws InterruptedException {
    if (root.isPresent() && !(Files.isDirectory(root.get()) && Files.isReadable(root.get()))) {
      throw new StorageException("dataset root %s: cannot be read".formatted(root.get()));
    }
    if (store.isPresent()) {
      check(store.get());
    }
  }

  private static void check(ObjectStoreClient client) throws InterruptedException {
    try {
      var unused = client.send(minio -> minio.listBuckets().join());
    } catch (S3Failure e) {
      // A server that denies the keys to list all buckets has accepted them.
      if (!e.isDenial()) {
        throw new StorageException(e.line("list the buckets", ""), e.isPassing(), e.getCause());
      }
    }
  }

  @Override
  public void close() {
    store.ifPresent(ObjectStoreClient::close);
  }
}
