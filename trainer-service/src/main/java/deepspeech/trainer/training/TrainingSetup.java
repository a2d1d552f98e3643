package deepspeech.trainer.training;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.optimizer.LearningRateSchedule;
import deepspeech.messages.InvalidMessageException;
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
  /**
   * Returns the learning rate of each step.
   *
   * @throws InvalidMessageException if the schedule does not fit the number of steps
   */
  public LearningRateSchedule learningRates() {
    return learningRates(configuration, data, devices);
  }

  /**
   * Returns the learning rate of each step of a run.
   *
   * @throws InvalidMessageException if the schedule does not fit the number of steps
   */
  public static LearningRateSchedule learningRates(
      TrainingConfiguration configuration, DataSetDescription data, int devices) {
    int[] steps = BatchGroup.counts(data.batches(), configuration.accumulateBatches());
    return LearningRateSchedule.of(configuration.schedule(), steps, devices);
  }

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
