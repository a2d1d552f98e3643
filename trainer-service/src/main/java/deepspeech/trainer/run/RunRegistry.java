package deepspeech.trainer.run;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The newest state of every run. Each change is committed to the log before it becomes visible. */
public final class RunRegistry {
  private final RunStateLog log;
  private final Map<RunId, RunState> states = new HashMap<>();

  /**
   * Starts with the states in the log.
   *
   * @param known the newest state of each run
   */
  public RunRegistry(RunStateLog log, Collection<RunState> known) {
    this.log = log;
    known.forEach(state -> states.put(state.run(), state));
  }

  /**
   * Adopts the states in the log, for a trainer that becomes active after another one.
   *
   * @param known the newest state of each run
   */
  public synchronized void refresh(Collection<RunState> known) {
    known.forEach(state -> states.put(state.run(), state));
  }

  public synchronized Optional<RunState> find(RunId run) {
    return Optional.ofNullable(states.get(run));
  }

  /** Returns the runs that are queued or were in progress, in the {@link RunQueue#ORDER}. */
  public synchronized List<RunState> unfinished() {
    return states.values().stream()
        .filter(state -> !state.status().ended())
        .sorted(RunQueue.ORDER)
        .toList();
  }

  /** Returns true if the command with that id has been carried out or is queued. */
  public synchronized boolean knows(RunId run, String commandId) {
    return find(run).map(state -> state.commands().contains(commandId)).orElse(false);
  }

  /**
   * Returns the time for the next event of a run: {@code now}, or a time just after the run's last
   * change if a clock was set back or another trainer's clock is ahead. The events of a run are
   * distinguished by these times.
   *
   * @param now the time on this trainer's clock
   */
  public synchronized Instant time(RunId run, Instant now) {
    RunState last = states.get(run);
    return last == null || now.isAfter(last.time()) ? now : last.time().plusNanos(1000);
  }

  /** Commits a new state. Its time is never earlier than that of the previous state. */
  public synchronized void put(RunState state) {
    RunState last = states.get(state.run());
    RunState next =
        last != null && state.time().isBefore(last.time()) ? state.at(last.time()) : state;
    log.append(next);
    states.put(next.run(), next);
  }

  /**
   * Changes the state of a known run.
   *
   * @return the new state
   */
  public synchronized RunState change(RunId run, UnaryOperator<RunState> change) {
    put(change.apply(states.get(run)));
    return states.get(run);
  }
}
