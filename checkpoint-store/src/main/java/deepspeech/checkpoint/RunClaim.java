package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.run.RunId;
import java.time.Instant;

/**
 * {@code trainer.json}: the trainer that holds a run.
 *
 * @param trainer name of the process that may train the run
 * @param term from 1, one more with each claim; the highest term is valid
 */
public record RunClaim(RunId run, String trainer, long term, Instant claimedAt) {
  public RunClaim {
    InvalidMessageException.require(trainer != null, "trainer", null, "the name of a process");
    InvalidMessageException.require(term >= 1, "term", term, "a whole number from 1");
  }
}
