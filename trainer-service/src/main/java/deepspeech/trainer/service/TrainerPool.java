package deepspeech.trainer.service;

import deepspeech.broker.events.RunStates;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.trainer.command.CommandRouter;
import deepspeech.trainer.run.RunLeases;
import deepspeech.trainer.run.RunOwnership;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.run.TestWarnings;
import java.util.function.Predicate;

/**
 * This trainer's share of the runs. A run is acquired by its lease in the store, and its newest
 * state is read from {@code deepspeech.runs} afterwards, when no other trainer writes it any more.
 */
final class TrainerPool implements RunOwnership, CommandRouter.Access, TestWarnings.Access {
  private final RunLeases leases;
  private final RunRegistry registry;
  private final RunStates states;
  private final Predicate<RunState> canTrain;

  /**
   * Joins the pool.
   *
   * @param canTrain returns false if this trainer lacks the devices for a run
   */
  TrainerPool(
      RunLeases leases, RunRegistry registry, RunStates states, Predicate<RunState> canTrain) {
    this.leases = leases;
    this.registry = registry;
    this.states = states;
    this.canTrain = canTrain;
  }

  @Override
  public boolean take(RunId run) throws InterruptedException {
    if (registry.find(run).filter(canTrain).isEmpty() || !leases.acquire(run)) {
      return false;
    }
    boolean taken = false;
    try {
      adoptNewest(run);
      taken = registry.find(run).filter(state -> !state.status().ended()).isPresent();
    } finally {
      if (!taken) {
        leases.release(run);
      }
    }
    return taken;
  }

  @Override
  public void release(RunId run) {
    leases.release(run);
  }

  @Override
  public void refresh(RunId run) throws InterruptedException {
    if (!leases.holds(run)) {
      adoptNewest(run);
    }
  }

  @Override
  public boolean whileHeld(RunId run, Runnable action) {
    return leases.whileHeld(run, action);
  }

  @Override
  public boolean exclusively(RunId run, Runnable action) throws InterruptedException {
    if (leases.whileHeld(run, action)) {
      return true;
    }
    if (!leases.acquire(run)) {
      return false;
    }
    try {
      adoptNewest(run);
      action.run();
    } finally {
      leases.release(run);
    }
    return true;
  }

  private void adoptNewest(RunId run) throws InterruptedException {
    states.newest(run).ifPresent(registry::adopt);
  }
}
