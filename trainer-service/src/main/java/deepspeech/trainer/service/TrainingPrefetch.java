package deepspeech.trainer.service;

import deepspeech.broker.feed.Prefetch;
import deepspeech.messages.features.BatchShape;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How many batches a trainer requests ahead: a configured number, or as many as it trains on in 15
 * s, within an eighth of the heap.
 *
 * @param configured number of batches, from 1; empty to follow the speed of training
 * @param heapBytes largest size of the heap
 */
record TrainingPrefetch(OptionalInt configured, long heapBytes) {
  /**
   * After 10 s the requests of a killed replica of data-prep go to the other replicas, so training
   * goes on meanwhile.
   */
  private static final Duration AHEAD = Duration.ofSeconds(15);

  private static final int AT_START = 8;
  private static final int LEAST = 2;
  private static final int MOST = 1000;
  private static final int HEAP_SHARE = 8;
  private static final long FRAME_BYTES = 161 * Short.BYTES;

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
    int most =
        (int) Math.max(LEAST, Math.min(MOST, heapBytes / HEAP_SHARE / Math.max(1, batchBytes)));
    return new Prefetch(Math.min(AT_START, most), LEAST, most, AHEAD);
  }
}
