package deepspeech.trainer.run;

import deepspeech.checkpoint.LeaseRecord;
import deepspeech.checkpoint.ObservedLease;
import deepspeech.messages.identity.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Decides whether the trainer that holds a run has died, from several observations of its lease. It
 * has if
 *
 * <ul>
 *   <li>nothing listens any more on the address in the lease,
 *   <li>or the lease has not been renewed for {@link #LIFETIME},
 *   <li>or it is of an earlier process of this trainer's name.
 * </ul>
 *
 * A wrong decision loses no run: the trainer that has lost the lease notices it within seconds, and
 * before it commits anything. Not thread-safe.
 */
final class HolderWatch {
  /** How long a lease is valid without a renewal. */
  static final Duration LIFETIME = Duration.ofSeconds(10);

  /** A gap in the observations, for example while the store is unavailable, starts them anew. */
  private static final Duration GAP = Duration.ofSeconds(6);

  private final String trainer;
  private final Instant started;
  private final Predicate<String> isGone;
  private final LongSupplier nanoseconds;
  private final Map<RunId, Observed> observations = new HashMap<>();

  private record Observed(String version, long first, long last) {}

  /**
   * Starts without observations.
   *
   * @param trainer the name of this trainer
   * @param started the time at which this trainer started
   * @param isGone returns true if a process has listened on the address and no longer does
   * @param nanoseconds the process clock in nanoseconds, such as {@link System#nanoTime}
   */
  HolderWatch(String trainer, Instant started, Predicate<String> isGone, LongSupplier nanoseconds) {
    this.trainer = trainer;
    this.started = started;
    this.isGone = isGone;
    this.nanoseconds = nanoseconds;
  }

  /** Returns true if the run may be acquired: nobody holds it, or its holder has died. */
  boolean isFree(RunId run, ObservedLease observed) {
    if (observed.isFree()) {
      observations.remove(run);
      return true;
    }
    return observed.lease().filter(this::isOfEarlierProcess).isPresent()
        || observed.lease().map(LeaseRecord::address).filter(isGone).isPresent()
        || isExpired(run, observed.version().orElseThrow());
  }

  private boolean isOfEarlierProcess(LeaseRecord lease) {
    return lease.trainer().equals(trainer) && lease.acquiredAt().isBefore(started);
  }

  private boolean isExpired(RunId run, String version) {
    long now = nanoseconds.getAsLong();
    Observed before = observations.get(run);
    boolean continues =
        before != null && before.version().equals(version) && now - before.last() <= GAP.toNanos();
    Observed observed = new Observed(version, continues ? before.first() : now, now);
    observations.put(run, observed);
    return now - observed.first() >= LIFETIME.toNanos();
  }
}
