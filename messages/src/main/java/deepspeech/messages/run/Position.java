package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;

/**
 * The position of training: {@code batch} batches of the {@code epoch}-th epoch are completed.
 *
 * @param epoch the current epoch, from 1
 * @param batch number of completed batches of this epoch, from 0
 * @param batches number of batches in this epoch; 0 if not yet known
 * @param step optimiser steps since the start of the run
 */
public record Position(int epoch, int batch, int batches, long step) {
  public Position {
    InvalidMessageException.require(epoch >= 1, "epoch", epoch, "a whole number from 1");
    InvalidMessageException.require(batch >= 0, "batch", batch, "a whole number from 0");
    InvalidMessageException.require(batches >= 0, "batches", batches, "a whole number from 0");
    InvalidMessageException.require(step >= 0, "step", step, "a whole number from 0");
  }
}
