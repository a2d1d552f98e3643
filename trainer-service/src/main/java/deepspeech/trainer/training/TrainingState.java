package deepspeech.trainer.training;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.Map;

/**
 * The state of training without weights and optimiser: {@code training-state.json} of a checkpoint.
 * That file is flat: the fields of the counters and of the data set stand beside the others.
 *
 * @param checkpoint the position: after whole epochs, or after some batches of an epoch
 * @param devices the number of devices that shared a step
 * @param data the training data set, with the SHA-256 of {@code manifest}, {@code vocabulary} and
 *     {@code mean_std}
 * @param recipe version of {@link TrainingRecipe}; the first version if absent
 */
public record TrainingState(
    RunId run,
    CheckpointId checkpoint,
    @JsonUnwrapped TrainingCounters counters,
    int devices,
    ModelShape model,
    TrainingConfiguration configuration,
    @JsonUnwrapped DataSetVersion data,
    Integer recipe) {
  public TrainingState {
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
    data = new DataSetVersion(data.fingerprint(), Map.copyOf(data.hashes()));
    recipe = recipe == null ? TrainingRecipe.FIRST : recipe;
  }

  /** Optimiser steps since the run began. */
  public long step() {
    return counters.step();
  }

  /**
   * The utterances that batches have skipped since the run began; null in checkpoints that do not
   * record them.
   */
  public SkippedUtterances skippedUtterances() {
    return counters.skippedUtterances();
  }

  /** The fingerprint of the training data set. */
  public String fingerprint() {
    return data.fingerprint();
  }

  /** SHA-256 of {@code manifest}, {@code vocabulary} and {@code mean_std}. */
  public Map<String, String> hashes() {
    return data.hashes();
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
