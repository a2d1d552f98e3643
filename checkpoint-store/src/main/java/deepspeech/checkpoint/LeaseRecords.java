package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.identity.RunId;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code trainer.json} of each run, replaced by compare-and-swap. If two trainers acquire a lease
 * at the same time, each gets its own term, and the trainer with the lower term can detect that it
 * has lost. A lease may be unreadable because something else has overwritten it. Then no trainer
 * holds the run. The next lease replaces it, with a term above all earlier ones.
 */
final class LeaseRecords {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseRecords.class);
  private static final int MAX_RACES = 20;

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final Clock clock;

  LeaseRecords(ObjectStore objects, StoreLayout layout, Clock clock) {
    this.objects = objects;
    this.layout = layout;
    this.clock = clock;
  }

  LeaseRecord acquire(RunId run, String trainer) {
    String key = layout.lease(run);
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<VersionedObject> existing = objects.get(key);
      long term = existing.map(object -> termAfter(key, object)).orElse(1L);
      LeaseRecord lease = new LeaseRecord(run, trainer, term, clock.instant());
      PutCondition condition =
          existing
              .map(object -> PutCondition.replacing(object.version()))
              .orElse(PutCondition.CREATE_ONLY);
      // The response to an earlier attempt of this trainer may have been lost.
      if (objects.put(key, Json.write(lease), condition) || isStored(key, lease)) {
        return lease;
      }
    }
    throw new CheckpointStoreException(
        "%s was changed by other trainers %d times in a row"
            .formatted(objects.uri(key), MAX_RACES));
  }

  private long termAfter(String key, VersionedObject object) {
    try {
      long term = read(key, object).term();
      InvalidMessageException.require(term < Long.MAX_VALUE, "term", term, "a smaller number");
      return term + 1;
    } catch (CheckpointStoreException | InvalidMessageException e) {
      LOG.warn("{}; it is replaced", e.getMessage());
      // Terms count leases. No run has as many leases as there are milliseconds since 1970.
      return clock.millis();
    }
  }

  Optional<LeaseRecord> current(RunId run) {
    String key = layout.lease(run);
    return objects.get(key).map(object -> read(key, object));
  }

  private boolean isStored(String key, LeaseRecord lease) {
    byte[] written = Json.write(lease);
    return objects.get(key).filter(object -> Arrays.equals(object.content(), written)).isPresent();
  }

  private LeaseRecord read(String key, VersionedObject object) {
    try {
      return Json.read(object.content(), LeaseRecord.class);
    } catch (InvalidMessageException e) {
      throw new CheckpointStoreException(
          "%s cannot be read: %s".formatted(objects.uri(key), e.getMessage()), e);
    }
  }
}
