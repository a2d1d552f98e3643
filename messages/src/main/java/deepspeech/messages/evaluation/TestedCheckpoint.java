package deepspeech.messages.evaluation;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;

/**
 * The checkpoint of a test.
 *
 * @param epoch the epoch in which it lies or which it ends, from 1
 * @param batch number of completed batches of that epoch; 0 if the epoch is complete
 * @param step optimiser steps since the start of the run
 */
public record TestedCheckpoint(
    RunId run, CheckpointId checkpoint, int epoch, int batch, long step) {
  public static TestedCheckpoint of(CheckpointCommitted event) {
    return new TestedCheckpoint(
        event.run(), event.checkpoint(), event.epoch(), event.batch(), event.step());
  }
}
