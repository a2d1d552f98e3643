package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;

/**
 * The status of a run, with the reason if the run failed or was rejected.
 *
 * @param reason why the run failed or was rejected; null otherwise
 */
public record RunPhase(RunStatus status, String reason) {
  public RunPhase {
    InvalidMessageException.require(status != null, "status", null, "a run status");
  }
}
