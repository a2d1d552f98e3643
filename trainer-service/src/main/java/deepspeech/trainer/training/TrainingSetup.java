package deepspeech.trainer.training;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.identity.RunId;
import java.util.Optional;

/**
 * What a run trains, on which data, and where it starts.
 *
 * @param data the training data set
 * @param shape the shape of the model
 * @param devices the number of devices that share a step
 * @param resumed the state to resume from; empty for a new run
 */
public record TrainingSetup(
    RunId run,
    TrainingConfiguration configuration,
    DataSetDescription data,
    ModelShape shape,
    int devices,
    Optional<TrainingState> resumed) {
  /** The epoch of the first batch, from 1. */
  public int firstEpoch() {
    return resumed.map(TrainingState::nextEpoch).orElse(1);
  }

  /** The first batch of that epoch, from 0. */
  public int firstBatch() {
    return resumed.map(TrainingState::nextBatch).orElse(0);
  }

  /** The optimiser steps before the first one. */
  public long stepsBefore() {
    return resumed.map(TrainingState::step).orElse(0L);
  }
}
