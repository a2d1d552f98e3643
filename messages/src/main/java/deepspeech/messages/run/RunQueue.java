package deepspeech.messages.run;

import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
   * preempt: those of the lowest priority, and of the same priority those that were queued last.
   *
   * @param states the newest state of each run
   * @param isThere returns true for the name of a trainer that lives
   * @return the runs that have to leave their trainers, with those that preempt them
   */
  public static Map<RunId, RunState> preempted(
      Collection<RunState> states, Predicate<String> isThere) {
    List<RunState> preempting =
        states.stream()
            .filter(RunState::waits)
            .filter(state -> Boolean.TRUE.equals(state.assignment().preempt()))
            .sorted(ORDER)
            .toList();
    List<RunState> training =
        states.stream()
            .filter(state -> !state.status().ended() && !state.waits())
            .filter(state -> isThere.test(state.assignment().trainer()))
            .sorted(ORDER.reversed())
            .toList();
    return IntStream.range(0, Math.min(preempting.size(), training.size()))
        .filter(i -> preempting.get(i).assignment().outranks(training.get(i).assignment()))
        .boxed()
        .collect(Collectors.toMap(i -> training.get(i).run(), preempting::get));
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
