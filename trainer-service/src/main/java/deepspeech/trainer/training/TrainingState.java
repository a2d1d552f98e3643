package deepspeech.trainer.training;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunId;
import java.util.Map;

/**
 * Where training stands, beside weights and optimiser: {@code training-state.json} of a checkpoint.
 *
 * @param checkpoint the position: whole epochs done, or batches of an epoch
 * @param step optimiser steps since the run began
 * @param skippedSteps steps skipped so far because a loss or gradient was not finite
 * @param skippedInARow how many of them since the last step that was taken
 * @param usedInEpoch utterances trained on in the epoch that the position lies in; 0 at the end of
 *     an epoch
 * @param leftOutInEpoch utterances left out in that epoch
 * @param leftOut what batches have left out since the run began; null in checkpoints that do not
 *     tell
 * @param devices how many devices shared a step
 * @param fingerprint of the training data set
 * @param hashes SHA-256 of {@code manifest}, {@code vocabulary} and {@code mean_std}
 * @param recipe edition of {@link TrainingRecipe}; absent: the first
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

  /** The epoch to go on with, from 1. */
  public int nextEpoch() {
    return checkpoint.isEndOfEpoch() ? checkpoint.epoch() + 1 : checkpoint.epoch();
  }

  /** The batch of that epoch to go on with, from 0. */
  public int nextBatch() {
    return checkpoint.batch();
  }
}
