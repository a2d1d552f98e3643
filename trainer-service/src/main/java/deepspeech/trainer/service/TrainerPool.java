package deepspeech.trainer.service;

import deepspeech.broker.BrokerException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.trainer.command.CommandRouter;
import deepspeech.trainer.run.RunLeases;
import deepspeech.trainer.run.RunOwnership;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.run.RunWarnings;
import java.time.Clock;
import java.util.function.Predicate;

/**
 * This trainer's share of the runs. A run is acquired by its lease in the store, and its newest
 * state is read from {@code deepspeech.runs} afterwards, when no other trainer writes it any more.
 */
final class TrainerPool implements RunOwnership, CommandRouter.Access, RunWarnings.Access {
  private final RunLeases leases;
  private final RunRegistry registry;
  private final NewestRunStates states;
  private final Predicate<RunState> canTrain;
  private final LeftData leftData;
  private final Clock clock;

  /**
   * Joins the pool.
   *
   * @param canTrain returns false if this trainer lacks the devices for a run
   */
  TrainerPool(
      RunLeases leases,
      RunRegistry registry,
      NewestRunStates states,
      Predicate<RunState> canTrain,
      LeftData leftData,
      Clock clock) {
    this.leases = leases;
    this.registry = registry;
    this.states = states;
    this.canTrain = canTrain;
    this.leftData = leftData;
    this.clock = clock;
  }

  @Override
  public void refresh() throws InterruptedException {
    states.read();
  }

  @Override
  public boolean take(RunId run) throws InterruptedException {
    if (registry.find(run).filter(canTrain).isEmpty() || !leases.acquire(run)) {
      return false;
    }
    boolean taken = false;
    try {
      states.read();
      taken = !isEnded(run) && !isEnded(registry.change(run, this::taken));
      if (!taken) {
        leftData.discard(run);
      }
    } finally {
      if (!taken) {
        leases.release(run);
      }
    }
    return taken;
  }

  private RunState taken(RunState state) {
    return state.takenBy(leases.trainer(), clock.instant());
  }

  private boolean isEnded(RunId run) {
    return isEnded(registry.find(run).orElseThrow());
  }

  private static boolean isEnded(RunState state) {
    return state.status().ended();
  }

  @Override
  public boolean isUndecided(RunId run) {
    return registry.find(run).filter(canTrain).isPresent() && leases.isUndecided(run);
  }

  @Override
  public void release(RunId run) {
    leases.release(run);
  }

  @Override
  public boolean whileHeld(RunId run, Runnable action) {
    return leases.whileHeld(run, action);
  }

  @Override
  public boolean exclusively(RunId run, Runnable action) throws InterruptedException {
    // The lease may have been acquired a moment ago, before the newest states were read.
    if (leases.whileHeld(run, () -> withNewestStates(action))) {
      return true;
    }
    if (!leases.acquire(run)) {
      return false;
    }
    try {
      withNewestStates(action);
    } finally {
      leases.release(run);
    }
    return true;
  }

  private void withNewestStates(Runnable action) {
    try {
      states.read();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException("interrupted before the states of the runs were read", e);
    }
    action.run();
  }
}
