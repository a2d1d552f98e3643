package deepspeech.messages.run;

import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * The runs that wait for a trainer, in the order in which they are trained: by priority, the
 * highest first, then in the order of their commands.
 */
public record RunQueue(List<RunId> waiting) {
  /**
   * The order in which unfinished runs are trained. A run that a trainer has, or had when it died,
   * comes before those that wait.
   */
  public static final Comparator<RunState> ORDER =
      Comparator.comparing(RunState::waits)
          .thenComparing(state -> -state.assignment().rank())
          .thenComparing(RunQueue::queuedAt)
          .thenComparing(state -> state.run().value());

  public RunQueue {
    waiting = List.copyOf(waiting);
  }

  /**
   * Returns the queue.
   *
   * @param states the newest state of each run
   */
  public static RunQueue of(Collection<RunState> states) {
    return new RunQueue(
        states.stream().filter(RunState::waits).sorted(ORDER).map(RunState::run).toList());
  }

  /**
   * Returns the runs that have to leave their trainers to runs of a higher priority that wait and
   * preempt. Of the runs whose trainers could train the other one, the one of the lowest priority
   * leaves, and of the same priority the one that was queued last.
   *
   * @param states the newest state of each run
   * @param canTrain returns true if a trainer of that name lives and could train a run
   * @return the runs that have to leave their trainers, with those that preempt them
   */
  public static Map<RunId, RunState> preempted(
      Collection<RunState> states, BiPredicate<String, RunState> canTrain) {
    List<RunState> preempting =
        states.stream()
            .filter(RunState::waits)
            .filter(state -> Boolean.TRUE.equals(state.assignment().preempt()))
            .sorted(ORDER)
            .toList();
    List<RunState> training =
        states.stream()
            .filter(state -> !state.status().ended() && !state.waits())
            .sorted(ORDER.reversed())
            .toList();
    Map<RunId, RunState> leaving = new HashMap<>();
    for (RunState other : preempting) {
      training.stream()
          .filter(state -> !leaving.containsKey(state.run()))
          .filter(state -> other.assignment().outranks(state.assignment()))
          .filter(state -> canTrain.test(state.assignment().trainer(), other))
          .findFirst()
          .ifPresent(state -> leaving.put(state.run(), other));
    }
    return Map.copyOf(leaving);
  }

  /** Returns when a command queued a run last. States of old versions know only its last change. */
  public static Instant queuedAt(RunState state) {
    return state.assignment().queuedAt() == null ? state.time() : state.assignment().queuedAt();
  }

  /** Returns the place of a run, from 1; empty if the run does not wait. */
  public OptionalInt position(RunId run) {
    return IntStream.range(0, waiting.size())
        .filter(index -> waiting.get(index).equals(run))
        .map(index -> index + 1)
        .findFirst();
  }

  /** Returns the number of runs that wait. */
  public int size() {
    return waiting.size();
  }
}
