package deepspeech.trainer.run;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The leases that this trainer has acquired and not yet released. */
public final class RunLeases {
  private final CheckpointStore store;
  private final CheckpointStore checks;
  private final String trainer;
  private final Clock clock;
  private final Map<RunId, RunLease> held = new ConcurrentHashMap<>();

  /**
   * Acquires leases for a trainer.
   *
   * @param store the store that holds the leases; may wait long for an unavailable server
   * @param checks a client of the same store that gives up soon, because training continues while
   *     the store is unavailable
   * @param trainer the name of this process, which a trainer that loses a run to it reports
   */
  public RunLeases(CheckpointStore store, CheckpointStore checks, String trainer, Clock clock) {
    this.store = store;
    this.checks = checks;
    this.trainer = trainer;
    this.clock = clock;
  }

  /** Returns the name of this trainer. */
  String trainer() {
    return trainer;
  }

  /**
   * Acquires the lease on a run.
   *
   * @param stop raised when another trainer acquires the lease
   */
  void begin(RunId run, StopSignal stop) {
    held.put(run, RunLease.begin(store.acquireLease(run, trainer), checks, stop, clock));
  }

  /** Releases a run. */
  void end(RunId run) {
    RunLease lease = held.remove(run);
    if (lease != null) {
      lease.close();
    }
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
