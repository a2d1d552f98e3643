package deepspeech.speech.storage;

import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.Location.StoredObject;
import java.util.Optional;

/** The object store behind its cache, if one is configured. */
record ConfiguredStore(Optional<ObjectCache> cache) implements AutoCloseable {
  /**
   * Returns the cache for the object that a field of a request names.
   *
   * @throws DataFileException if no store is configured
   */
  ObjectCache require(String field, String path) throws DataFileException {
    return cache.orElseThrow(
        () -> new DataFileException("%s: %s: %s".formatted(field, path, noStore())));
  }

  /**
   * Returns the cache for an object.
   *
   * @throws StorageException if no store is configured
   */
  ObjectCache require(StoredObject object) {
    return cache.orElseThrow(() -> new StorageException(object + ": " + noStore()));
  }

  private static String noStore() {
    return "no object store is configured: %s is not set"
        .formatted(ObjectStoreConfiguration.ENDPOINT);
  }

  @Override
  public void close() {
    cache.ifPresent(ObjectCache::close);
  }
}
