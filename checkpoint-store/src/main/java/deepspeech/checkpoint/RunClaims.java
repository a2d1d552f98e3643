package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.run.RunId;
import java.time.Clock;
import java.util.Optional;

/**
 * {@code trainer.json} of each run, replaced by compare-and-swap: of two trainers that claim a run
 * at the same time, each gets a term of its own, and the one with the lower term can know that it
 * has lost.
 */
final class RunClaims {
  private static final int MAX_RACES = 20;

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final Clock clock;

  RunClaims(ObjectStore objects, StoreLayout layout, Clock clock) {
    this.objects = objects;
    this.layout = layout;
    this.clock = clock;
  }

  RunClaim claim(RunId run, String trainer) {
    String key = layout.claim(run);
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<StoredObject> there = objects.get(key);
      long term = there.map(object -> read(key, object).term() + 1).orElse(1L);
      RunClaim claim = new RunClaim(run, trainer, term, clock.instant());
      PutCondition condition =
          there
              .map(object -> PutCondition.replacing(object.version()))
              .orElse(PutCondition.CREATE_ONLY);
      // The answer to a first attempt of ours may have been lost.
      if (objects.put(key, Json.write(claim), condition)
          || current(run).equals(Optional.of(claim))) {
        return claim;
      }
    }
    throw new CheckpointStoreException(
        "%s was changed by other trainers %d times in a row"
            .formatted(objects.uri(key), MAX_RACES));
  }

  Optional<RunClaim> current(RunId run) {
    String key = layout.claim(run);
    return objects.get(key).map(object -> read(key, object));
  }

  private RunClaim read(String key, StoredObject object) {
    try {
      return Json.read(object.content(), RunClaim.class);
    } catch (InvalidMessageException e) {
      throw new CheckpointStoreException(
          "%s cannot be read: %s".formatted(objects.uri(key), e.getMessage()), e);
    }
  }
}
