package deepspeech.trainer.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Asks a run under way to end: before its training where it prepares, at its next step where it
 * trains. Thread-safe.
 */
public final class StopSignal {
  /** Why it shall end, the stronger reason behind the weaker. */
  public enum Reason {
    /** The service goes down: the run stays as it is, for whoever takes over. */
    SHUTDOWN,
    /** A {@code stop} command: the run ends as stopped. */
    COMMAND,
    /** Another trainer has the run: nothing of it is kept or published here any more. */
    TAKEN_OVER
  }

  private final List<Runnable> wakes = new ArrayList<>();
  private Reason raised;

  /** A stronger reason takes the place of a weaker one: a stop counts also during a shutdown. */
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

  /** Why the run shall end; null if it shall go on. */
  public synchronized Reason reason() {
    return raised;
  }

  public synchronized boolean isRaised() {
    return raised != null;
  }

  /**
   * Returns if the run shall go on.
   *
   * @throws RunStoppedException if the signal is raised
   */
  public synchronized void requireNotRaised() {
    if (raised != null) {
      throw new RunStoppedException(raised);
    }
  }

  /**
   * Adds what to do when the signal is raised, to end a wait; at once if it is raised already. It
   * may be done more than once.
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
