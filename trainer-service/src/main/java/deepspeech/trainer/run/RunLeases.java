package deepspeech.trainer.run;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.LeaseHolder;
import deepspeech.checkpoint.LeaseRecord;
import deepspeech.checkpoint.LeaseRecords;
import deepspeech.checkpoint.ObservedLease;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** The leases that this trainer has acquired and not yet released. */
public final class RunLeases {
  private final LeaseRecords records;
  private final String trainer;
  private final Supplier<String> address;
  private final BooleanSupplier mayHold;
  private final Clock clock;
  private final HolderWatch others;
  private final Map<RunId, RunLease> held = new ConcurrentHashMap<>();
  private final Map<RunId, Long> ownTerms = new HashMap<>();

  /**
   * Acquires leases for a trainer.
   *
   * @param records the leases of all trainers, in a client of the store that gives up soon, because
   *     training continues while the store is unavailable
   * @param trainer the name of this process, which a trainer that loses a run to it reports
   * @param address returns host and port on which this process accepts connections; null for none
   * @param mayHold returns false while this trainer cannot train, so that it does not renew its
   *     leases
   * @param probe tells whether a process listens on the address of a lease
   */
  public RunLeases(
      LeaseRecords records,
      String trainer,
      Supplier<String> address,
      BooleanSupplier mayHold,
      Function<String, TrainerProbe.Answer> probe,
      Clock clock) {
    this.records = records;
    this.trainer = trainer;
    this.address = address;
    this.mayHold = mayHold;
    this.clock = clock;
    this.others = new HolderWatch(trainer, clock.instant(), probe, System::nanoTime);
  }

  /** Returns the name of this trainer. */
  public String trainer() {
    return trainer;
  }

  /**
   * Acquires the lease on a run, unless a trainer that lives holds it. That a trainer has died
   * without releasing its runs shows after several calls.
   *
   * @return true if this call acquired it
   * @throws CheckpointStoreException if the store fails
   */
  public synchronized boolean acquire(RunId run) {
    if (held.containsKey(run)) {
      return false;
    }
    ObservedLease observed = records.observe(run);
    if (!isOwn(observed) && !others.isFree(run, observed)) {
      return false;
    }
    Optional<LeaseRecord> acquired =
        records.acquire(run, new LeaseHolder(trainer, address.get()), observed);
    acquired.ifPresent(
        lease -> {
          ownTerms.put(run, lease.term());
          held.put(run, RunLease.begin(lease, records, mayHold, clock));
        });
    return acquired.isPresent();
  }

  /**
   * Returns true if the last {@link #acquire} of a run failed because it did not show whether the
   * trainer that holds the run lives. Further calls show it within ten seconds.
   */
  public synchronized boolean isUndecided(RunId run) {
    return others.isUndecided(run);
  }

  /** Returns true for a lease of this process, which could not be released in the store. */
  private boolean isOwn(ObservedLease observed) {
    return observed
        .lease()
        .filter(lease -> lease.trainer().equals(trainer))
        .filter(lease -> Objects.equals(ownTerms.get(lease.run()), lease.term()))
        .isPresent();
  }

  /**
   * Sets the signal that ends the training of a run.
   *
   * @param stop raised when another trainer acquires the run
   * @throws IllegalStateException if this trainer has not acquired the run
   */
  void raiseWhenLost(RunId run, StopSignal stop) {
    RunLease lease = held.get(run);
    if (lease == null) {
      throw new IllegalStateException("run %s is trained without a lease".formatted(run));
    }
    lease.raiseWhenLost(stop);
  }

  /** Releases a run. */
  public void release(RunId run) {
    RunLease lease = held.get(run);
    if (lease != null) {
      lease.release();
      held.remove(run);
    }
  }

  /**
   * Calls an action while this trainer holds a run, and does not release the run meanwhile.
   *
   * @return false, without a call, if this trainer does not hold the run
   */
  public boolean whileHeld(RunId run, Runnable action) {
    RunLease lease = held.get(run);
    return lease != null && lease.unlessReleased(action);
  }

  /**
   * Returns the trainer that holds a run; empty if none does.
   *
   * @throws CheckpointStoreException if the store fails
   */
  public Optional<String> holder(RunId run) {
    return records.observe(run).lease().filter(LeaseRecord::isHeld).map(LeaseRecord::trainer);
  }

  /**
   * Requires that this trainer holds a run.
   *
   * @throws TakenOverException if another trainer has taken it over, or this one has released it
   */
  public void requireStillHeld(RunId run) {
    if (!held.containsKey(run)) {
      throw new TakenOverException(
          "Run %s is no longer held by trainer %s".formatted(run, trainer));
    }
    requireHeld(run);
  }

  /**
   * Requires that a run whose lease was acquired here has not been taken over since.
   *
   * @throws TakenOverException naming the trainer that has taken it over
   */
  public void requireHeld(RunId run) {
    RunLease lease = held.get(run);
    if (lease != null) {
      lease.requireHeld();
    }
  }
}
