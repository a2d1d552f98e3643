package deepspeech.trainer.training;

import deepspeech.acoustic.model.BatchResult;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkippedUtterance;
import java.util.ArrayList;
import java.util.List;

/**
 * What the batches of a step add to the counts of a run once the step is done. If the run is
 * stopped before, nothing of them counts: a checkpoint has whole steps only.
 */
final class OpenStep {
  private final int skippedInARowBefore;
  private final List<SkippedUtterance> skippedUtterances = new ArrayList<>();
  private int utterances;
  private int computed;
  private int skipped;
  private int skippedInARow;
  private boolean recomputed;

  /**
   * Begins with the first batch.
   *
   * @param skippedInARow the number of batches before it that were skipped in a row
   */
  OpenStep(int skippedInARow) {
    this.skippedInARowBefore = skippedInARow;
    this.skippedInARow = skippedInARow;
  }

  void received(FeatureBatch batch) {
    utterances += batch.size();
    skippedUtterances.addAll(batch.skipped());
  }

  void computed(BatchResult result) {
    computed++;
    recomputed |= result.recomputed();
    if (result.overflowed()) {
      // The scale of the loss finds its value that way; at its least value nothing overflows.
      skipped++;
    } else if (result.skipped()) {
      skipped++;
      skippedInARow++;
    } else {
      skippedInARow = 0;
    }
  }

  /** The sum of finite gradients was not finite: no batch is trained on. */
  void skippedAsAWhole() {
    skipped = computed;
    skippedInARow = skippedInARowBefore + computed;
  }

  /** Returns true if no gradient was computed, because no batch has an utterance. */
  boolean isEmpty() {
    return computed == 0;
  }

  /** Returns true if every batch was skipped. */
  boolean isSkipped() {
    return skipped == computed;
  }

  int utterances() {
    return utterances;
  }

  List<SkippedUtterance> skippedUtterances() {
    return skippedUtterances;
  }

  /** Skipped batches. */
  int skipped() {
    return skipped;
  }

  /** Batches skipped in a row up to now, those of earlier steps included. */
  int skippedInARow() {
    return skippedInARow;
  }

  /** Returns true if a batch was computed twice. */
  boolean isRecomputed() {
    return recomputed;
  }
}
