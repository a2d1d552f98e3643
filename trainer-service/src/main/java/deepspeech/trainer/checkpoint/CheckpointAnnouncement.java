package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.features.DataSpecification;
import java.time.Instant;

/** Makes the event that tells of a checkpoint. */
public final class CheckpointAnnouncement {
  static final String STEP = "step";

  private CheckpointAnnouncement() {}

  /**
   * The event of a checkpoint in the store.
   *
   * @param test what to test it on; null for no test
   */
  public static CheckpointPublished of(
      StoredCheckpoint stored, DataSpecification test, Instant time) {
    return new CheckpointPublished(
        stored.run(),
        stored.checkpoint(),
        stored.checkpoint().epoch(),
        stored.checkpoint().batch(),
        Long.parseLong(stored.metadata().get(STEP)),
        stored.uri(),
        stored.files(),
        test,
        Provenance.among(stored.metadata()),
        time);
  }
}
