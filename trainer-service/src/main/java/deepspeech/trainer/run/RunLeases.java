package deepspeech.trainer.run;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.run.RunId;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The runs that this trainer has claimed and not yet let go. */
public final class RunLeases {
  private final CheckpointStore store;
  private final CheckpointStore looks;
  private final String trainer;
  private final Clock clock;
  private final Map<RunId, RunLease> held = new ConcurrentHashMap<>();

  /**
   * Claims runs for a trainer.
   *
   * @param store that the claims are made in; may wait long for a server that is away
   * @param looks the same store, which gives up soon: training goes on while it is away
   * @param trainer name of this process, for whoever loses a run to it
   */
  public RunLeases(CheckpointStore store, CheckpointStore looks, String trainer, Clock clock) {
    this.store = store;
    this.looks = looks;
    this.trainer = trainer;
    this.clock = clock;
  }

  /**
   * Claims a run.
   *
   * @param stop is raised when another trainer claims it
   */
  void begin(RunId run, StopSignal stop) {
    held.put(run, RunLease.begin(store.claim(run, trainer), looks, stop, clock));
  }

  /** Lets go of a run. */
  void end(RunId run) {
    RunLease tenure = held.remove(run);
    if (tenure != null) {
      tenure.close();
    }
  }

  /**
   * Returns unless the run was claimed here and has been taken over since.
   *
   * @throws TakenOverException saying by whom
   */
  public void requireHeld(RunId run) {
    RunLease tenure = held.get(run);
    if (tenure != null) {
      tenure.requireHeld();
    }
  }
}
