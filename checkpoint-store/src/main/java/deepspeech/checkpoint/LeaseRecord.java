package deepspeech.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.RunId;
import java.time.Instant;

/**
 * {@code trainer.json}: the trainer that holds the lease on a run.
 *
 * @param trainer name of the process that may train the run
 * @param term from 1, one more with each lease on the run; the highest term is valid
 */
public record LeaseRecord(
    RunId run, String trainer, long term, @JsonProperty("claimed_at") Instant acquiredAt) {
  public LeaseRecord {
    InvalidMessageException.require(trainer != null, "trainer", null, "the name of a process");
    InvalidMessageException.require(term >= 1, "term", term, "a whole number from 1");
  }
}
