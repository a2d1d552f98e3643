package deepspeech.trainer.service;

import deepspeech.broker.feed.Prefetch;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.FeatureBatch;
import java.util.OptionalInt;

/**
 * How many batches a trainer requests ahead: a configured number, or as many as it trains on in 15
 * s, within an eighth of the heap.
 *
 * @param configured number of batches, from 1; empty to follow the speed of training
 * @param heapBytes largest size of the heap
 */
record TrainingPrefetch(OptionalInt configured, long heapBytes) {
  private static final int HEAP_SHARE = 8;
  private static final long FRAME_BYTES = FeatureBatch.BINS * Short.BYTES;

  /**
   * Returns the number for a run.
   *
   * @param largest shape of the largest batch of the run
   */
  Prefetch of(BatchShape largest) {
    if (configured.isPresent()) {
      return Prefetch.fixed(configured.getAsInt());
    }
    long batchBytes = FRAME_BYTES * largest.utterances() * largest.frames();
    return Prefetch.ofTraining(heapBytes / HEAP_SHARE / Math.max(1, batchBytes));
  }
}
