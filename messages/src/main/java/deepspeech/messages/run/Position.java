package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;

/**
 * How far training has come: {@code batch} batches of the {@code epoch}-th epoch are behind it.
 *
 * @param epoch the current epoch, from 1
 * @param batch batches of this epoch that are done, from 0
 * @param batches batches in this epoch, 0 if not yet known
 * @param step optimiser steps taken since the run began
 */
public record Position(int epoch, int batch, int batches, long step) {
  public Position {
    InvalidMessageException.require(epoch >= 1, "epoch", epoch, "a whole number from 1");
    InvalidMessageException.require(batch >= 0, "batch", batch, "a whole number from 0");
    InvalidMessageException.require(batches >= 0, "batches", batches, "a whole number from 0");
    InvalidMessageException.require(step >= 0, "step", step, "a whole number from 0");
  }
}
