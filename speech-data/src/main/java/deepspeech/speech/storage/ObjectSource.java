package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.StoredObject;
import java.nio.file.Path;

/** Downloads whole objects. Implementations are thread-safe. */
interface ObjectSource extends AutoCloseable {
  /**
   * Returns the current version of an object.
   *
   * @throws UnreadableFileException if the object does not exist
   * @throws StorageException if the store is not available
   */
  ObjectVersion version(StoredObject object) throws UnreadableFileException;

  /**
   * Downloads an object to a file.
   *
   * @param most largest allowed size in bytes; a larger object is refused before anything of it is
   *     written
   * @return the version that was written
   * @throws UnreadableFileException if the object does not exist or is larger
   * @throws StorageException if the download fails, or if the file cannot be written
   */
  ObjectVersion download(StoredObject object, Path target, long most)
      throws UnreadableFileException;

  @Override
  void close();
}
