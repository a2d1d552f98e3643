package deepspeech.messages.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.List;

/**
 * Event: a checkpoint is committed to the store.
 *
 * @param epoch the epoch in which it lies or which it ends, from 1
 * @param batch number of completed batches of that epoch; 0 if the epoch is complete
 * @param step optimiser steps since the start of the run
 * @param uri {@code s3://bucket/key/} of its folder
 * @param test the test data; null if the run has {@code test_off}
 * @param provenance the data, configuration and code it was trained with
 */
public record CheckpointCommitted(
    RunId run,
    CheckpointId checkpoint,
    int epoch,
    int batch,
    long step,
    String uri,
    List<CheckpointFile> files,
    DataSpecification test,
    Provenance provenance,
    Instant time) {
  public CheckpointCommitted {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
    InvalidMessageException.require(uri != null, "uri", null, "s3://bucket/key/");
    files = files == null ? List.of() : List.copyOf(files);
    // Events from before provenance was recorded stay in the topic for a long time.
    provenance = provenance == null ? Provenance.NONE : provenance;
  }

  /**
   * The event of a checkpoint that is not tested and has no recorded provenance.
   *
   * @param step optimiser steps since the start of the run
   * @param uri {@code s3://bucket/key/} of its folder
   */
  public static CheckpointCommitted untested(
      RunId run,
      CheckpointId checkpoint,
      long step,
      String uri,
      List<CheckpointFile> files,
      Instant time) {
    return new CheckpointCommitted(
        run,
        checkpoint,
        checkpoint.epoch(),
        checkpoint.batch(),
        step,
        uri,
        files,
        null,
        Provenance.NONE,
        time);
  }

  /**
   * This event with a test and a provenance.
   *
   * @param data the data to test the checkpoint on; null for no test
   */
  public CheckpointCommitted with(DataSpecification data, Provenance origin) {
    return new CheckpointCommitted(
        run, checkpoint, epoch, batch, step, uri, files, data, origin, time);
  }
}
