package deepspeech.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.RunId;
import java.time.Instant;

/**
 * {@code trainer.json}: the trainer that holds the lease on a run.
 *
 * @param trainer name of the process that may train the run
 * @param term from 1, one more with each lease on the run; the highest term is valid
 * @param address host and port on which the trainer accepts connections while it lives; null if it
 *     has none
 * @param renewals how often the trainer has renewed the lease; null in leases of versions that do
 *     not renew them
 * @param releasedAt time at which the trainer released the run; null while it holds the run
 */
public record LeaseRecord(
    RunId run,
    String trainer,
    long term,
    @JsonProperty("claimed_at") Instant acquiredAt,
    String address,
    Long renewals,
    Instant releasedAt) {
  public LeaseRecord {
    InvalidMessageException.require(trainer != null, "trainer", null, "the name of a process");
    InvalidMessageException.require(term >= 1, "term", term, "a whole number from 1");
  }

  /** Returns false once the trainer has released the run. */
  @JsonIgnore
  public boolean isHeld() {
    return releasedAt == null;
  }

  /** Returns true if the other lease is this one, whether renewed or released meanwhile. */
  public boolean isSameAs(LeaseRecord other) {
    return term == other.term && trainer.equals(other.trainer);
  }

  LeaseRecord renewed() {
    return new LeaseRecord(
        run, trainer, term, acquiredAt, address, renewals == null ? 1 : renewals + 1, null);
  }

  LeaseRecord released(Instant at) {
    return new LeaseRecord(run, trainer, term, acquiredAt, address, renewals, at);
  }
}
