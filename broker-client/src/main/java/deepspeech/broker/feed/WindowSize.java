package deepspeech.broker.feed;

import java.util.Arrays;

/**
 * The number of batches that a window requests ahead. It follows the time for which the consumer
 * uses a batch: the median of the last batches, because a checkpoint or the end of an epoch delays
 * single ones. Not thread-safe.
 */
final class WindowSize {
  private static final int REMEMBERED = 9;

  private final Prefetch prefetch;
  private final long[] useNanos = new long[REMEMBERED];
  private long uses;
  private int batches;

  WindowSize(Prefetch prefetch) {
    this.prefetch = prefetch;
    this.batches = prefetch.atStart();
  }

  int batches() {
    return batches;
  }

  /**
   * Records that the consumer has used a batch. The window grows by at most one batch at a time, so
   * that a run that starts does not fill the queue of data-prep at once.
   *
   * @param nanos how long it was in use, without the wait for the next one
   */
  void used(long nanos) {
    useNanos[(int) (uses % REMEMBERED)] = Math.max(1, nanos);
    uses++;
    if (uses >= REMEMBERED) {
      batches = Math.min(batches + 1, wanted());
    }
  }

  private int wanted() {
    long[] sorted = useNanos.clone();
    Arrays.sort(sorted);
    return prefetch.batches(sorted[REMEMBERED / 2]);
  }
}
