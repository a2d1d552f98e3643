package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small JSON object in the store that several processes change by compare-and-swap. A document
 * that something else has overwritten and that cannot be read counts as missing, and the next
 * change replaces it.
 *
 * <p>All methods throw {@link CheckpointStoreException} with one line if the server fails.
 *
 * @param <T> type of the content
 */
public final class SharedDocument<T> {
  private static final Logger LOG = LoggerFactory.getLogger(SharedDocument.class);
  private static final int MAX_RACES = 100;

  private final ObjectStore objects;
  private final String key;
  private final Class<T> type;

  SharedDocument(ObjectStore objects, String key, Class<T> type) {
    this.objects = objects;
    this.key = key;
    this.type = type;
  }

  /** Reads the content; empty if the document does not exist. */
  public Optional<T> read() {
    return objects.get(key).flatMap(this::content);
  }

  /**
   * Changes the content. If another process changes it at the same time, its content is read and
   * changed again.
   *
   * @param change gives the new content for the present one, which is empty if the document does
   *     not exist. Nothing is written if both are equal. It may be called several times.
   * @return the content afterwards
   */
  public Optional<T> update(UnaryOperator<Optional<T>> change) {
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<VersionedObject> object = objects.get(key);
      Optional<T> present = object.flatMap(this::content);
      Optional<T> next = change.apply(present);
      if (next.isEmpty() || next.equals(present) || put(next.get(), object)) {
        return next;
      }
    }
    throw new CheckpointStoreException(
        "%s was changed by others %d times in a row".formatted(objects.uri(key), MAX_RACES));
  }

  private boolean put(T next, Optional<VersionedObject> object) {
    byte[] content = Json.write(next);
    PutCondition condition =
        object
            .map(present -> PutCondition.replacing(present.version()))
            .orElse(PutCondition.CREATE_ONLY);
    return ObjectStore.putOnce(objects, key, content, condition);
  }

  /** Deletes the document. A missing one is no error. */
  public void delete() {
    objects.delete(key);
  }

  private Optional<T> content(VersionedObject object) {
    try {
      return Optional.of(Json.read(object.content(), type));
    } catch (InvalidMessageException e) {
      LOG.warn("{} cannot be read: {}; it is replaced", objects.uri(key), e.getMessage());
      return Optional.empty();
    }
  }
}
