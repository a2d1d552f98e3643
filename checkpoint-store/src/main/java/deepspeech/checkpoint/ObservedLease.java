package deepspeech.checkpoint;

import java.util.Optional;

/**
 * What {@code trainer.json} of a run holds at a moment.
 *
 * @param lease empty if there is none, or if it cannot be read
 * @param version changes with every write; empty if the object does not exist
 */
public record ObservedLease(Optional<LeaseRecord> lease, Optional<String> version) {
  /** Returns true if no trainer has the run: none has acquired it, or the last one released it. */
  public boolean isFree() {
    return version.isEmpty() || lease.filter(record -> !record.isHeld()).isPresent();
  }
}
