package deepspeech.trainer.run;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * The newest state of every run. Each change is committed to the log before it becomes visible.
 * Reading does not wait for a change in progress.
 */
public final class RunRegistry {
  private final RunStateLog log;
  private final Map<RunId, RunState> states = new ConcurrentHashMap<>();

  /**
   * Starts with the states in the log.
   *
   * @param known the newest state of each run
   */
  public RunRegistry(RunStateLog log, Collection<RunState> known) {
    this.log = log;
    known.forEach(state -> states.put(state.run(), state));
  }

  /** Adopts a state that was read from the log, unless a later one of its run is known. */
  public synchronized void adopt(RunState read) {
    RunState known = states.get(read.run());
    if (known == null || !read.time().isBefore(known.time())) {
      states.put(read.run(), read);
    }
  }

  public Optional<RunState> find(RunId run) {
    return Optional.ofNullable(states.get(run));
  }

  /** Returns the runs that are queued or were in progress, in the {@link RunQueue#ORDER}. */
  public List<RunState> unfinished() {
    return states.values().stream()
        .filter(state -> !state.status().ended())
        .sorted(RunQueue.ORDER)
        .toList();
  }

  /** Returns the runs that wait for a trainer. */
  public RunQueue queue() {
    return RunQueue.of(states.values());
  }

  /**
   * Returns the runs that have to leave their trainers, see {@link RunQueue#preempted}.
   *
   * @param canTrain returns true if a trainer of that name lives and could train a run
   */
  Map<RunId, RunState> preempted(BiPredicate<String, RunState> canTrain) {
    return RunQueue.preempted(states.values(), canTrain);
  }

  /** Returns true if the command with that id has been carried out or is queued. */
  public boolean knows(RunId run, String commandId) {
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

  /** Commits a new state. Its time is later than that of the previous state. */
  public synchronized void put(RunState state) {
    RunState next = state.at(time(state.run(), state.time()));
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
