package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;
import java.time.Instant;

/**
 * The place of a run in the queue, and the trainer that has it.
 *
 * @param priority runs of a higher priority are trained first; null for {@value #NORMAL}
 * @param queuedAt time of the command that queued the run last; null in states of versions without
 *     this field
 * @param trainer name of the trainer that trains the run; null if none does
 * @param trainerSince time since which that trainer trains the run; null if none does
 */
public record RunAssignment(
    Integer priority, Instant queuedAt, String trainer, Instant trainerSince) {
  /** The assignment of a run of which nothing is known. */
  public static final RunAssignment UNKNOWN = new RunAssignment(null, null, null, null);

  /** The priority of a command without one. */
  public static final int NORMAL = 0;

  private static final int HIGHEST = 1000;

  public RunAssignment {
    requirePriority(priority);
    priority = priority == null || priority == NORMAL ? null : priority;
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
  static RunAssignment queued(Integer priority, Instant at) {
    return new RunAssignment(priority, at, null, null);
  }

  /** Returns this assignment with a trainer. */
  RunAssignment of(String newTrainer, Instant since) {
    return new RunAssignment(priority, queuedAt, newTrainer, since);
  }

  /** Returns this assignment without a trainer. */
  RunAssignment ofNone() {
    return of(null, null);
  }

  /** Returns the priority as a number. */
  int rank() {
    return priority == null ? NORMAL : priority;
  }
}
