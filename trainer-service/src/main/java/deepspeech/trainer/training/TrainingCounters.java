package deepspeech.trainer.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.acoustic.optimizer.CountedResults;
import deepspeech.acoustic.optimizer.Plateau;
import deepspeech.messages.InvalidMessageException;

/**
 * What a run has counted up to a checkpoint.
 *
 * @param step optimiser steps since the run began
 * @param skippedSteps batches that were skipped so far because a loss or a gradient was not finite
 * @param skippedInARow skipped batches since the last one that was trained on
 * @param usedInEpoch utterances trained on in the epoch of the position; 0 at the end of an epoch
 * @param skippedUtterancesInEpoch utterances skipped in that epoch
 * @param skippedUtterances the utterances that batches have skipped since the run began; null in
 *     checkpoints that do not record them
 * @param plateau the test results that the learning rate depends on; null if it depends on none
 * @param earlyStop the test results that may end the run early; null if none may
 */
public record TrainingCounters(
    long step,
    long skippedSteps,
    int skippedInARow,
    int usedInEpoch,
    @JsonProperty("left_out_in_epoch") int skippedUtterancesInEpoch,
    @JsonProperty("left_out") SkippedUtterances skippedUtterances,
    Plateau plateau,
    CountedResults earlyStop) {
  public TrainingCounters {
    InvalidMessageException.require(step >= 0, "step", step, "a whole number from 0");
  }
}
