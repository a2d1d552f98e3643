package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The place of a run in the queue, and the trainer that has it.
 *
 * @param priority runs of a higher priority are trained first; null for {@value #NORMAL}
 * @param preempt true if a run of a lower priority leaves its trainer to this one; null if not
 * @param queuedAt time of the command that queued the run last; null in states of versions without
 *     this field
 * @param trainer name of the trainer that has the run, or had it when it died; null if the run
 *     waits or has ended
 * @param trainerSince time since which that trainer has the run; null if none has
 * @param tooSmall names of the trainers that have left the run to others, because their memory does
 *     not suffice for it; null if none has
 */
public record RunAssignment(
    Integer priority,
    Boolean preempt,
    Instant queuedAt,
    String trainer,
    Instant trainerSince,
    List<String> tooSmall) {
  /** The assignment of a run of which nothing is known. */
  public static final RunAssignment UNKNOWN = new RunAssignment(null, null, null, null, null, null);

  /** The priority of a command without one. */
  public static final int NORMAL = 0;

  private static final int HIGHEST = 1000;

  public RunAssignment {
    requirePriority(priority);
    priority = priority == null || priority == NORMAL ? null : priority;
    preempt = Boolean.TRUE.equals(preempt) ? true : null;
    tooSmall = tooSmall == null || tooSmall.isEmpty() ? null : List.copyOf(tooSmall);
  }

  /**
   * Requires that a priority is in range.
   *
   * @param priority null for none
   * @throws InvalidMessageException if it is not
   */
  public static void requirePriority(Integer priority) {
    InvalidMessageException.require(
        priority == null || (priority >= -HIGHEST && priority <= HIGHEST),
        "priority",
        priority,
        "a whole number from -%d to %d".formatted(HIGHEST, HIGHEST));
  }

  /** Returns the assignment of a run that is queued. */
  static RunAssignment queued(Integer priority, Boolean preempt, Instant at) {
    return new RunAssignment(priority, preempt, at, null, null, null);
  }

  /** Returns this assignment with a trainer. */
  RunAssignment of(String newTrainer, Instant since) {
    return new RunAssignment(priority, preempt, queuedAt, newTrainer, since, tooSmall);
  }

  /** Returns this assignment without its trainer, whose memory does not suffice. */
  RunAssignment leftBy(String smallTrainer) {
    List<String> all = new ArrayList<>(tooSmall == null ? List.of() : tooSmall);
    all.add(smallTrainer);
    return new RunAssignment(
        priority, preempt, queuedAt, null, null, all.stream().distinct().toList());
  }

  /** Returns true if the memory of a trainer did not suffice for the run. */
  public boolean isTooLargeFor(String name) {
    return tooSmall != null && tooSmall.contains(name);
  }

  /** Returns this assignment without a trainer. */
  RunAssignment ofNone() {
    return of(null, null);
  }

  /** Returns true if a run of this assignment comes before one of the other, by priority alone. */
  boolean outranks(RunAssignment other) {
    return rank() > other.rank();
  }

  /** Returns the priority as a number. */
  int rank() {
    return priority == null ? NORMAL : priority;
  }
}
