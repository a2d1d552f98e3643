package deepspeech.messages.run;

import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The runs that wait for a trainer, in the order in which they are trained: by priority, the
 * highest first, then in the order of their commands.
 */
public record RunQueue(List<RunId> waiting) {
  /**
   * The order in which unfinished runs are trained. A run that was in progress comes before those
   * that wait.
   */
  public static final Comparator<RunState> ORDER =
      Comparator.comparing(RunState::status)
          .reversed()
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
        states.stream()
            .filter(state -> state.status() == RunStatus.ACCEPTED)
            .sorted(ORDER)
            .map(RunState::run)
            .toList());
  }

  private static Instant queuedAt(RunState state) {
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
