package deepspeech.checkpoint;

import deepspeech.messages.run.RunId;
import java.time.Instant;

/**
 * {@code trainer.json}: the trainer that a run belongs to.
 *
 * @param trainer name of the process that may train the run
 * @param term from 1, one more with each claim: the highest counts
 */
public record RunClaim(RunId run, String trainer, long term, Instant claimedAt) {}
