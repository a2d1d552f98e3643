package deepspeech.messages.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.run.RunId;
import java.time.Instant;
import java.util.List;

/**
 * A checkpoint is complete in the store.
 *
 * @param epoch the epoch that it lies in or ends, from 1
 * @param batch batches of that epoch that are done, 0 if all are
 * @param step optimiser steps since the run began
 * @param uri {@code s3://bucket/key/} of its folder
 * @param test what to test it on; null if the run has {@code test_off}
 * @param provenance what it was trained with
 */
public record CheckpointPublished(
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
  public CheckpointPublished {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
    InvalidMessageException.require(uri != null, "uri", null, "s3://bucket/key/");
    files = files == null ? List.of() : List.copyOf(files);
    // Events written before it was recorded stay in the topic for long.
    provenance = provenance == null ? Provenance.NONE : provenance;
  }
}
