package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.identity.RunId;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases on runs: {@code trainer.json} of each run, replaced by compare-and-swap. A trainer
 * acquires a lease, renews it while it has the run, and releases it. If two trainers acquire a
 * lease at the same time, one of them gets it. A lease may be unreadable because something else has
 * overwritten it. The next lease replaces it, with a term above all earlier ones.
 *
 * <p>All methods throw {@link CheckpointStoreException} with one line if the server fails.
 */
public final class LeaseRecords {
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

  /** Reads the lease on a run. */
  public ObservedLease observe(RunId run) {
    Optional<VersionedObject> object = objects.get(layout.lease(run));
    return new ObservedLease(
        object.flatMap(existing -> read(run, existing)), object.map(VersionedObject::version));
  }

  /**
   * Acquires the lease on a run, whether another trainer holds it or not.
   *
   * @param observed the lease to replace
   * @return the lease, with a higher term than any before; empty if the observed one has changed
   *     since
   */
  public Optional<LeaseRecord> acquire(RunId run, LeaseHolder holder, ObservedLease observed) {
    LeaseRecord lease =
        new LeaseRecord(
            run,
            holder.trainer(),
            termAfter(observed),
            clock.instant(),
            holder.address(),
            0L,
            null);
    return put(lease, observed.version()) ? Optional.of(lease) : Optional.empty();
  }

  /** Terms count leases. No run has as many leases as there are milliseconds since 1970. */
  private long termAfter(ObservedLease observed) {
    return observed.version().isEmpty()
        ? 1
        : observed
            .lease()
            .map(LeaseRecord::term)
            .filter(term -> term < Long.MAX_VALUE)
            .map(term -> term + 1)
            .orElseGet(clock::millis);
  }

  /**
   * Renews a lease.
   *
   * @return the lease that is valid now: the renewed one, or that of the trainer which has acquired
   *     the run meanwhile
   */
  public LeaseRecord renew(LeaseRecord own) {
    return replace(own, own.renewed());
  }

  /** Releases a run. Does nothing if another trainer has acquired it meanwhile. */
  public void release(LeaseRecord own) {
    var unused = replace(own, own.released(clock.instant()));
  }

  private LeaseRecord replace(LeaseRecord own, LeaseRecord next) {
    for (int race = 0; race < MAX_RACES; race++) {
      ObservedLease observed = observe(own.run());
      // A renewal may be late: the lease may have been released meanwhile.
      Optional<LeaseRecord> other =
          observed.lease().filter(lease -> !lease.isSameAs(own) || !lease.isHeld());
      if (other.isPresent()) {
        return other.get();
      }
      // A lease that is missing or unreadable was lost to something else than a trainer.
      if (put(next, observed.version())) {
        return next;
      }
    }
    throw new CheckpointStoreException(
        "%s was changed by others %d times in a row"
            .formatted(objects.uri(layout.lease(own.run())), MAX_RACES));
  }

  private boolean put(LeaseRecord lease, Optional<String> version) {
    String key = layout.lease(lease.run());
    byte[] content = Json.write(lease);
    PutCondition condition = version.map(PutCondition::replacing).orElse(PutCondition.CREATE_ONLY);
    return ObjectStore.putOnce(objects, key, content, condition);
  }

  private Optional<LeaseRecord> read(RunId run, VersionedObject object) {
    try {
      return Optional.of(Json.read(object.content(), LeaseRecord.class));
    } catch (InvalidMessageException e) {
      LOG.warn("{} cannot be read: {}", objects.uri(layout.lease(run)), e.getMessage());
      return Optional.empty();
    }
  }
}
