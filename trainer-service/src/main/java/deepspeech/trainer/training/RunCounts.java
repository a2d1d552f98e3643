package deepspeech.trainer.training;

import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.util.List;
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
   * Adds the utterances of a batch.
   *
   * @param used the number of utterances to train on
   * @return the new counts of skipped utterances, for the reasons whose count has increased
   */
  Map<SkipReason, Integer> utterances(int used, List<SkippedUtterance> skipped) {
    usedInEpoch += used;
    skippedUtterancesInEpoch += skipped.size();
    return skippedUtterances.add(skipped);
  }

  void stepTaken() {
    step++;
    skippedInARow = 0;
  }

  void stepSkipped() {
    skippedSteps++;
    skippedInARow++;
  }

  void stepRecomputed() {
    recomputedSteps++;
  }

  void endEpoch() {
    usedInEpoch = 0;
    skippedUtterancesInEpoch = 0;
  }

  /** Optimiser steps since the run began. */
  long step() {
    return step;
  }

  long skippedSteps() {
    return skippedSteps;
  }

  /** Skipped steps since the last step that was taken. */
  int skippedInARow() {
    return skippedInARow;
  }

  /** Steps that were computed twice, since training began or was resumed in this process. */
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
