package deepspeech.trainer.run;

import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The newest state of every run; each change is kept in the log before anyone sees it. */
public final class RunRegistry {
  private final RunStateLog log;
  private final Map<RunId, RunState> states = new HashMap<>();

  /**
   * Starts from what the log holds.
   *
   * @param known newest state of each run
   */
  public RunRegistry(RunStateLog log, Collection<RunState> known) {
    this.log = log;
    known.forEach(state -> states.put(state.run(), state));
  }

  /**
   * Takes over what the log holds by now, for a trainer whose turn it is after another.
   *
   * @param known newest state of each run
   */
  public synchronized void refresh(Collection<RunState> known) {
    known.forEach(state -> states.put(state.run(), state));
  }

  public synchronized Optional<RunState> find(RunId run) {
    return Optional.ofNullable(states.get(run));
  }

  /**
   * Runs that wait or were under way, the one that was under way first, then in the order of their
   * last change.
   */
  public synchronized List<RunState> unfinished() {
    return states.values().stream()
        .filter(state -> !state.status().ended())
        .sorted(Comparator.comparing(RunState::status).reversed().thenComparing(RunState::time))
        .toList();
  }

  /** True if the command with that id has been carried out or waits its turn. */
  public synchronized boolean knows(RunId run, String commandId) {
    return find(run).map(state -> state.commands().contains(commandId)).orElse(false);
  }

  /**
   * The time of what is about to be said of a run: now, but after its last change where a clock was
   * set back or another trainer's is ahead. What a run says is told apart by these times.
   *
   * @param now by the clock
   */
  public synchronized Instant time(RunId run, Instant now) {
    RunState last = states.get(run);
    return last == null || now.isAfter(last.time()) ? now : last.time().plusNanos(1000);
  }

  /** Keeps a new state, not earlier than the one before it. */
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
