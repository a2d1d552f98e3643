package deepspeech.trainer.training;

import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.SkipReason;
import java.util.Map;
import java.util.Optional;

/** What a run counts while it is trained, from its first step or from a checkpoint on. */
final class RunCounts {
  private final SkippedUtteranceCounter skippedUtterances;
  private long step;
  private long skippedSteps;
  private int skippedInARow;
  private int recomputedSteps;
  private int usedInEpoch;
  private int skippedUtterancesInEpoch;

  RunCounts(DataSetDescription data, Optional<TrainingState> resumed) {
    skippedUtterances =
        new SkippedUtteranceCounter(
            data.skipped(),
            resumed
                .filter(state -> state.fingerprint().equals(data.fingerprint()))
                .map(TrainingState::skippedUtterances));
    resumed.map(TrainingState::counters).ifPresent(this::resume);
  }

  private void resume(TrainingCounters counted) {
    step = counted.step();
    skippedSteps = counted.skippedSteps();
    skippedInARow = counted.skippedInARow();
    usedInEpoch = counted.usedInEpoch();
    skippedUtterancesInEpoch = counted.skippedUtterancesInEpoch();
  }

  /**
   * Adds the utterances of the batches of a step.
   *
   * @return the new counts of skipped utterances, for the reasons whose count has increased
   */
  Map<SkipReason, Integer> utterances(OpenStep done) {
    usedInEpoch += done.utterances();
    skippedUtterancesInEpoch += done.skippedUtterances().size();
    return skippedUtterances.add(done.skippedUtterances());
  }

  /** Adds a step and its batches. */
  void step(OpenStep done) {
    step += done.isSkipped() ? 0 : 1;
    skippedSteps += done.skipped();
    skippedInARow = done.skippedInARow();
    recomputedSteps += done.isRecomputed() ? 1 : 0;
  }

  void endEpoch() {
    usedInEpoch = 0;
    skippedUtterancesInEpoch = 0;
  }

  /** Optimiser steps since the run began. */
  long step() {
    return step;
  }

  /** Batches that were skipped because a loss or a gradient was not finite. */
  long skippedSteps() {
    return skippedSteps;
  }

  /** Skipped batches since the last one that was trained on. */
  int skippedInARow() {
    return skippedInARow;
  }

  /**
   * Steps of which a batch was computed twice, since training began or was resumed in this process.
   */
  int recomputedSteps() {
    return recomputedSteps;
  }

  /** Utterances trained on in the epoch. */
  int usedInEpoch() {
    return usedInEpoch;
  }

  int skippedUtterancesInEpoch() {
    return skippedUtterancesInEpoch;
  }

  /** The number of skipped utterances of the run, each counted once, by reason. */
  Map<SkipReason, Integer> skippedUtterances() {
    return skippedUtterances.counts();
  }

  /** Returns what a checkpoint records. */
  TrainingCounters toRecord(CountedTests tests) {
    return new TrainingCounters(
        step,
        skippedSteps,
        skippedInARow,
        usedInEpoch,
        skippedUtterancesInEpoch,
        skippedUtterances.soFar(),
        tests.plateau(),
        tests.earlyStop());
  }
}
