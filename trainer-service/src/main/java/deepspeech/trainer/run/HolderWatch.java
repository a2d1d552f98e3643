package deepspeech.trainer.run;

import deepspeech.checkpoint.LeaseRecord;
import deepspeech.checkpoint.ObservedLease;
import deepspeech.messages.identity.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

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
  private final Function<String, TrainerProbe.Answer> probe;
  private final LongSupplier nanoseconds;
  private final Map<RunId, Observed> observations = new HashMap<>();
  private final Set<RunId> undecided = new HashSet<>();

  /**
   * Observations of a lease without a gap.
   *
   * @param first time of the first observation of this version, in nanoseconds
   * @param last time of the last one
   * @param renewed true if an observation before had another version
   */
  private record Observed(String version, long first, long last, boolean renewed) {}

  /**
   * Starts without observations.
   *
   * @param trainer the name of this trainer
   * @param started the time at which this trainer started
   * @param probe tells whether a process listens on the address of a lease
   * @param nanoseconds the process clock in nanoseconds, such as {@link System#nanoTime}
   */
  HolderWatch(
      String trainer,
      Instant started,
      Function<String, TrainerProbe.Answer> probe,
      LongSupplier nanoseconds) {
    this.trainer = trainer;
    this.started = started;
    this.probe = probe;
    this.nanoseconds = nanoseconds;
  }

  /** Returns true if the run may be acquired: nobody holds it, or its holder has died. */
  boolean isFree(RunId run, ObservedLease observed) {
    undecided.remove(run);
    if (observed.isFree()) {
      observations.remove(run);
      return true;
    }
    if (observed.lease().filter(this::isOfEarlierProcess).isPresent()) {
      return true;
    }
    TrainerProbe.Answer answer =
        observed.lease().map(LeaseRecord::address).map(probe).orElse(TrainerProbe.Answer.NONE);
    boolean expired = isExpired(run, observed.version().orElseThrow());
    if (expired || answer == TrainerProbe.Answer.GONE) {
      return true;
    }
    if (answer == TrainerProbe.Answer.NONE && !observations.get(run).renewed()) {
      undecided.add(run);
    }
    return false;
  }

  /**
   * Returns true if the last observation of a run did not show whether its holder lives. Further
   * ones show it within {@link #LIFETIME}.
   */
  boolean isUndecided(RunId run) {
    return undecided.contains(run);
  }

  private boolean isOfEarlierProcess(LeaseRecord lease) {
    return lease.trainer().equals(trainer) && lease.acquiredAt().isBefore(started);
  }

  private boolean isExpired(RunId run, String version) {
    long now = nanoseconds.getAsLong();
    Observed before = observations.get(run);
    boolean continues = before != null && now - before.last() <= GAP.toNanos();
    boolean same = continues && before.version().equals(version);
    Observed observed =
        new Observed(
            version,
            same ? before.first() : now,
            now,
            continues && (before.renewed() || !before.version().equals(version)));
    observations.put(run, observed);
    return now - observed.first() >= LIFETIME.toNanos();
  }
}
