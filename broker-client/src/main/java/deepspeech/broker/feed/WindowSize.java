package deepspeech.broker.feed;

import java.util.Arrays;

/**
 * The number of batches that a window requests ahead. It follows the time from one delivery to the
 * next: the median of the times for which the consumer used the last batches, because a checkpoint
 * or the end of an epoch delays single ones, and the mean of the times for which it waited, because
 * the wait for one batch lets others arrive. If data-prep is slower than the consumer, the window
 * therefore follows data-prep: more requests would only lengthen the queue, in which other runs
 * wait too. Not thread-safe.
 */
final class WindowSize {
  private static final int USES = 9;
  private static final int WAITS = 32;

  private final Prefetch prefetch;
  private final long[] useNanos = new long[USES];
  private final long[] waitNanos = new long[WAITS];
  private long deliveries;
  private int batches;

  WindowSize(Prefetch prefetch) {
    this.prefetch = prefetch;
    this.batches = prefetch.atStart();
  }

  int batches() {
    return batches;
  }

  /**
   * Records a delivery. The window grows by at most one batch at a time, so that a run that starts
   * does not fill the queue of data-prep at once.
   *
   * @param usedNanos how long the consumer used the batch before
   * @param waitedNanos how long it then waited for this one
   */
  void delivered(long usedNanos, long waitedNanos) {
    useNanos[(int) (deliveries % USES)] = usedNanos;
    waitNanos[(int) (deliveries % WAITS)] = waitedNanos;
    deliveries++;
    if (deliveries >= USES) {
      batches = Math.min(batches + 1, prefetch.batches(Math.max(1, period())));
    }
  }

  private long period() {
    long[] uses = useNanos.clone();
    Arrays.sort(uses);
    long waits = Arrays.stream(waitNanos).sum() / Math.min(deliveries, WAITS);
    return uses[USES / 2] + waits;
  }
}
