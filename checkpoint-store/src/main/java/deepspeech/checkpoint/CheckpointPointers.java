package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code latest.json} and {@code best.json}. They move by compare-and-swap, so no move is lost. A
 * pointer may be unreadable because something else has overwritten it. Reading it then throws, and
 * the next move replaces it.
 */
final class CheckpointPointers {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointPointers.class);

  /**
   * Upper limit of attempts. After each lost race another writer has moved the pointer, so the
   * limit is never reached in practice.
   */
  private static final int MAX_RACES = 20;

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final String writer;
  private final Clock clock;

  CheckpointPointers(ObjectStore objects, StoreLayout layout, String writer, Clock clock) {
    this.objects = objects;
    this.layout = layout;
    this.writer = writer;
    this.clock = clock;
  }

  Optional<LatestPointer> latest(RunId run) {
    return read(
            layout.latest(run),
            LatestPointer.class,
            "delete it: the next checkpoint creates it again")
        .map(Version::value);
  }

  Optional<BestPointer> best(RunId run) {
    return read(
            layout.best(run),
            BestPointer.class,
            "name another checkpoint, or delete it: the next test creates it again")
        .map(Version::value);
  }

  /**
   * Moves {@code latest} forward.
   *
   * @throws PointerConflictException if it names a later checkpoint, or another writer moved it
   *     meanwhile
   */
  LatestPointer moveLatest(RunId run, CheckpointId id) {
    Optional<Version<LatestPointer>> current = toReplace(layout.latest(run), LatestPointer.class);
    LatestPointer pointer = current.map(Version::value).orElse(null);
    if (pointer != null) {
      if (pointer.checkpoint().equals(id)) {
        return pointer;
      }
      if (pointer.checkpoint().compareTo(id) > 0) {
        throw new PointerConflictException(
            "latest of run %s stays at %s, to which %s moved it: %s is earlier"
                .formatted(run, pointer.checkpoint(), pointer.writer(), id),
            pointer.checkpoint());
      }
    }
    return setLatest(run, id, current);
  }

  /** Moves {@code latest} forward or back. */
  LatestPointer resetLatest(RunId run, CheckpointId id) {
    return setLatest(run, id, toReplace(layout.latest(run), LatestPointer.class));
  }

  private LatestPointer setLatest(
      RunId run, CheckpointId id, Optional<Version<LatestPointer>> current) {
    String key = layout.latest(run);
    LatestPointer moved = new LatestPointer(run, id, writer, clock.instant());
    if (objects.put(key, Json.write(moved), condition(current))) {
      return moved;
    }
    LatestPointer winner =
        latest(run)
            .orElseThrow(
                () ->
                    new CheckpointStoreException(
                        objects.uri(key) + " was deleted while it was written"));
    if (winner.checkpoint().equals(id)) {
      return winner;
    }
    throw new PointerConflictException(
        "latest of run %s was moved to %s by %s and is not moved to %s"
            .formatted(run, winner.checkpoint(), winner.writer(), id),
        winner.checkpoint());
  }

  /**
   * Offers a checkpoint for {@code best}.
   *
   * @return the pointer afterwards
   */
  BestPointer offerBest(RunId run, CheckpointId id, double cer) {
    BestPointer offered = new BestPointer(run, id, cer, writer, clock.instant());
    String key = layout.best(run);
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<Version<BestPointer>> current = toReplace(key, BestPointer.class);
      BestPointer pointer = current.map(Version::value).orElse(null);
      if (pointer != null && !offered.isBetterThan(pointer)) {
        return pointer;
      }
      if (objects.put(key, Json.write(offered), condition(current))) {
        return offered;
      }
    }
    throw new CheckpointStoreException(
        "%s was changed by other writers %d times in a row".formatted(objects.uri(key), MAX_RACES));
  }

  /** True if {@code best} names a checkpoint or does not exist; false if it cannot be read. */
  boolean isBestReadable(RunId run) {
    return toReplace(layout.best(run), BestPointer.class)
        .map(pointer -> pointer.value() != null)
        .orElse(true);
  }

  /** The checkpoint that {@code latest} names; empty also if the pointer cannot be read. */
  Optional<CheckpointId> latestIfReadable(RunId run) {
    return toReplace(layout.latest(run), LatestPointer.class)
        .map(Version::value)
        .map(LatestPointer::checkpoint);
  }

  void clearBest(RunId run) {
    objects.delete(layout.best(run));
  }

  /**
   * A value and the version of the object from which it was read.
   *
   * @param value null if it cannot be read
   */
  private record Version<T>(T value, String version) {}

  private static <T> PutCondition condition(Optional<Version<T>> current) {
    return current
        .map(version -> PutCondition.replacing(version.version()))
        .orElse(PutCondition.CREATE_ONLY);
  }

  /**
   * Reads a pointer.
   *
   * @param remedy what the user can do if it cannot be read
   */
  private <T> Optional<Version<T>> read(String key, Class<T> type, String remedy) {
    return read(
        key,
        type,
        e -> {
          throw new CheckpointStoreException("%s; %s".formatted(unreadable(key, e), remedy), e);
        });
  }

  private <T> Optional<Version<T>> toReplace(String key, Class<T> type) {
    return read(key, type, e -> LOG.warn("{}; it is replaced", unreadable(key, e)));
  }

  private <T> Optional<Version<T>> read(
      String key, Class<T> type, Consumer<InvalidMessageException> unreadable) {
    return objects
        .get(key)
        .map(
            object -> {
              try {
                return new Version<>(Json.read(object.content(), type), object.version());
              } catch (InvalidMessageException e) {
                unreadable.accept(e);
                return new Version<>(null, object.version());
              }
            });
  }

  private String unreadable(String key, InvalidMessageException e) {
    return "%s cannot be read: %s".formatted(objects.uri(key), e.getMessage());
  }
}
