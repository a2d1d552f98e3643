package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;

/**
 * The status of a run, with the reason if the run failed, was rejected or ended early.
 *
 * @param reason why the run failed, was rejected or finished before its last epoch; null otherwise
 * @param stopping true if a command has stopped the run and its trainer has not ended it yet; null
 *     otherwise
 */
public record RunPhase(RunStatus status, String reason, Boolean stopping) {
  public RunPhase {
    InvalidMessageException.require(status != null, "status", null, "a run status");
    boolean isStopping = Boolean.TRUE.equals(stopping) && !status.ended();
    stopping = isStopping ? true : null;
  }

  /** Returns the phase of a run that no command has stopped. */
  static RunPhase of(RunStatus status, String reason) {
    return new RunPhase(status, reason, null);
  }
}
