package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
import java.time.Clock;
import java.util.Optional;

/** {@code latest.json} and {@code best.json}: moved by compare-and-swap, so no move is lost. */
final class CheckpointPointers {

  /**
   * Each lost race means that another writer has moved on, so this is never reached in practice.
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
    return read(layout.latest(run), LatestPointer.class).map(Version::value);
  }

  Optional<BestPointer> best(RunId run) {
    return read(layout.best(run), BestPointer.class).map(Version::value);
  }

  /** Moves {@code latest} forward. */
  LatestPointer moveLatest(RunId run, CheckpointId id) {
    Optional<Version<LatestPointer>> current = read(layout.latest(run), LatestPointer.class);
    if (current.isPresent()) {
      LatestPointer there = current.get().value();
      if (there.checkpoint().equals(id)) {
        return there;
      }
      if (there.checkpoint().compareTo(id) > 0) {
        throw new PointerConflictException(
            "latest of run %s stays at %s, where %s put it: %s is before that"
                .formatted(run, there.checkpoint(), there.writer(), id),
            there.checkpoint());
      }
    }
    return setLatest(run, id, current);
  }

  /** Moves {@code latest} anywhere. */
  LatestPointer resetLatest(RunId run, CheckpointId id) {
    return setLatest(run, id, read(layout.latest(run), LatestPointer.class));
  }

  private LatestPointer setLatest(
      RunId run, CheckpointId id, Optional<Version<LatestPointer>> current) {
    String key = layout.latest(run);
    LatestPointer moved = new LatestPointer(run, id, writer, clock.instant());
    if (objects.put(key, Json.write(moved), condition(current))) {
      return moved;
    }
    LatestPointer winner =
        read(key, LatestPointer.class)
            .map(Version::value)
            .orElseThrow(
                () ->
                    new CheckpointStoreException(
                        objects.uri(key) + " was deleted while it was written"));
    if (winner.checkpoint().equals(id)) {
      return winner;
    }
    throw new PointerConflictException(
        "latest of run %s was moved to %s by %s while it was to be moved to %s"
            .formatted(run, winner.checkpoint(), winner.writer(), id),
        winner.checkpoint());
  }

  /** Offers a checkpoint for {@code best}; what stands there afterwards comes back. */
  BestPointer offerBest(RunId run, CheckpointId id, double cer) {
    BestPointer offered = new BestPointer(run, id, cer, writer, clock.instant());
    String key = layout.best(run);
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<Version<BestPointer>> current = read(key, BestPointer.class);
      if (current.isPresent() && !offered.isBetterThan(current.get().value())) {
        return current.get().value();
      }
      if (objects.put(key, Json.write(offered), condition(current))) {
        return offered;
      }
    }
    throw new CheckpointStoreException(
        "%s was changed by other writers %d times in a row".formatted(objects.uri(key), MAX_RACES));
  }

  void clearBest(RunId run) {
    objects.delete(layout.best(run));
  }

  /** A value with the version of the object that it was read from. */
  private record Version<T>(T value, String version) {}

  private static <T> PutCondition condition(Optional<Version<T>> current) {
    return current
        .map(version -> PutCondition.replacing(version.version()))
        .orElse(PutCondition.CREATE_ONLY);
  }

  private <T> Optional<Version<T>> read(String key, Class<T> type) {
    return objects
        .get(key)
        .map(
            object -> {
              try {
                return new Version<>(Json.read(object.content(), type), object.version());
              } catch (InvalidMessageException e) {
                throw new CheckpointStoreException(
                    "%s cannot be read: %s".formatted(objects.uri(key), e.getMessage()), e);
              }
            });
  }
}
