package deepspeech.trainer.training;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunId;
import java.util.Map;

/**
 * The state of training without weights and optimiser: {@code training-state.json} of a checkpoint.
 *
 * @param checkpoint the position: after whole epochs, or after some batches of an epoch
 * @param step optimiser steps since the run began
 * @param skippedSteps steps that were skipped so far because a loss or a gradient was not finite
 * @param skippedInARow skipped steps since the last step that was taken
 * @param usedInEpoch utterances trained on in the epoch of the position; 0 at the end of an epoch
 * @param leftOutInEpoch utterances skipped in that epoch
 * @param leftOut the utterances that batches have skipped since the run began; null in checkpoints
 *     that do not record them
 * @param devices the number of devices that shared a step
 * @param fingerprint the fingerprint of the training data set
 * @param hashes SHA-256 of {@code manifest}, {@code vocabulary} and {@code mean_std}
 * @param recipe version of {@link TrainingRecipe}; the first version if absent
 */
public record TrainingState(
    RunId run,
    CheckpointId checkpoint,
    long step,
    long skippedSteps,
    int skippedInARow,
    int usedInEpoch,
    int leftOutInEpoch,
    SkippedUtterances leftOut,
    int devices,
    ModelShape model,
    TrainingConfiguration configuration,
    String fingerprint,
    Map<String, String> hashes,
    Integer recipe) {
  public TrainingState {
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
    InvalidMessageException.require(step >= 0, "step", step, "a whole number from 0");
    hashes = Map.copyOf(hashes);
    recipe = recipe == null ? TrainingRecipe.FIRST : recipe;
  }

  /** The epoch to resume with, from 1. */
  public int nextEpoch() {
    return checkpoint.isEndOfEpoch() ? checkpoint.epoch() + 1 : checkpoint.epoch();
  }

  /** The batch of that epoch to resume with, from 0. */
  public int nextBatch() {
    return checkpoint.batch();
  }
}
