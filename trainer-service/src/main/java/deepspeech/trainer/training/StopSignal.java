package deepspeech.trainer.training;

import java.util.concurrent.atomic.AtomicReference;

/** Asks a run under way to end at its next step. */
public final class StopSignal {
  /** Why it shall end. */
  public enum Reason {
    /** A {@code stop} command: the run ends as stopped. */
    COMMAND,
    /** The service goes down: the run stays as running, for whoever takes over. */
    SHUTDOWN,
    /** Another trainer has the run: nothing of it is kept or published here any more. */
    TAKEN_OVER
  }

  private final AtomicReference<Reason> raised = new AtomicReference<>();
  private final AtomicReference<Runnable> wake = new AtomicReference<>();

  /** The first reason counts. */
  public void raise(Reason reason) {
    raised.compareAndSet(null, reason);
    Runnable action = wake.get();
    if (action != null) {
      action.run();
    }
  }

  /** Why the run shall end; null if it shall go on. */
  public Reason reason() {
    return raised.get();
  }

  public boolean isRaised() {
    return raised.get() != null;
  }

  /** What to do when the signal is raised, to end a wait; at once if it is raised already. */
  public void onRaise(Runnable action) {
    wake.set(action);
    if (isRaised()) {
      action.run();
    }
  }
}
