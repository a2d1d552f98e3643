package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.features.DataSpecification;
import java.time.Instant;

/** Creates the event that announces a checkpoint. */
public final class CheckpointAnnouncement {
  static final String STEP = "step";

  private CheckpointAnnouncement() {}

  /**
   * Returns the {@code ce_id} of the event. Announcing a checkpoint again gives the same id. A
   * checkpoint that a run writes again after it went back gets a new id, even if its bytes are
   * equal.
   */
  public static String id(StoredCheckpoint stored) {
    return "%s/%s/%s/%s"
        .formatted(
            stored.run(),
            stored.checkpoint(),
            CheckpointFile.sha256(stored.files(), CheckpointFiles.MODEL).orElse(""),
            stored.committedAt());
  }

  /**
   * Creates the event of a checkpoint in the store.
   *
   * @param test the data to test the checkpoint on; null for no test
   */
  public static CheckpointCommitted of(
      StoredCheckpoint stored, DataSpecification test, Instant time) {
    return CheckpointCommitted.untested(
            stored.run(),
            stored.checkpoint(),
            Long.parseLong(stored.metadata().get(STEP)),
            stored.uri(),
            stored.files(),
            time)
        .with(test, Provenance.among(stored.metadata()));
  }
}
