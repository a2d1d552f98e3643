package deepspeech.trainer.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests that the run in progress ends. A run that is still preparing ends before its training,
 * and a run that trains ends before its next batch. Thread-safe.
 */
public final class StopSignal {
  /** Why the run must end. Later constants are stronger than earlier ones. */
  public enum Reason {
    /**
     * A run of a higher priority needs the trainer. The run waits for the next one and continues
     * there from its checkpoint.
     */
    PREEMPTED,
    /**
     * The service shuts down. The run's state does not change, so that the next trainer resumes it.
     */
    SHUTDOWN,
    /** A {@code stop} command. The run ends as stopped. */
    COMMAND,
    /**
     * Another trainer holds the run. This trainer no longer commits or publishes anything of it.
     */
    TAKEN_OVER
  }

  private final List<Runnable> wakes = new ArrayList<>();
  private Reason raised;

  /**
   * Raises the signal. A stronger reason replaces a weaker one: a stop command also counts during a
   * shutdown.
   */
  public void raise(Reason reason) {
    List<Runnable> actions;
    synchronized (this) {
      if (raised == null || raised.compareTo(reason) < 0) {
        raised = reason;
      }
      actions = List.copyOf(wakes);
    }
    actions.forEach(Runnable::run);
  }

  /** Returns why the run must end; null if it continues. */
  public synchronized Reason reason() {
    return raised;
  }

  public synchronized boolean isRaised() {
    return raised != null;
  }

  /**
   * Requires that the run continues.
   *
   * @throws RunStoppedException if the signal is raised
   */
  public synchronized void requireNotRaised() {
    if (raised != null) {
      throw new RunStoppedException(raised);
    }
  }

  /**
   * Adds an action for the time when the signal is raised, to end a wait. The action runs at once
   * if the signal is already raised. It may run more than once.
   */
  public void onRaise(Runnable action) {
    boolean late;
    synchronized (this) {
      wakes.add(action);
      late = raised != null;
    }
    if (late) {
      action.run();
    }
  }
}
