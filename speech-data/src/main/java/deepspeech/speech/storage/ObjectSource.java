package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.StoredObject;
import java.nio.file.Path;

/** Reads whole objects. Implementations are thread-safe. */
interface ObjectSource extends AutoCloseable {
  /**
   * Looks at an object.
   *
   * @throws UnreadableFileException if there is none
   * @throws StorageException if the store cannot be asked
   */
  ObjectVersion version(StoredObject object) throws UnreadableFileException;

  /**
   * Writes an object to a file.
   *
   * @param most bytes; a larger object is refused before anything of it is written
   * @return what was written
   * @throws UnreadableFileException if there is no such object, or if it is larger
   * @throws StorageException if the store does not give it, or if the file cannot be written
   */
  ObjectVersion download(StoredObject object, Path target, long most)
      throws UnreadableFileException;

  @Override
  void close();
}
