package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.features.DataSpecification;
import java.time.Instant;

/** Makes the event that tells of a checkpoint. */
public final class CheckpointAnnouncement {
  static final String STEP = "step";

  private CheckpointAnnouncement() {}

  /**
   * The {@code ce_id} of its event: the same however often a checkpoint is announced, and another
   * one for a checkpoint that a run has made anew after it went back, though its bytes be the same.
   */
  public static String id(StoredCheckpoint stored) {
    return "%s/%s/%s/%s"
        .formatted(
            stored.run(),
            stored.checkpoint(),
            CheckpointFile.sha256(stored.files(), CheckpointFiles.MODEL).orElse(""),
            stored.publishedAt());
  }

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
