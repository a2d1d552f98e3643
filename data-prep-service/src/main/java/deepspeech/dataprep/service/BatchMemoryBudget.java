package deepspeech.dataprep.service;

import java.util.concurrent.Semaphore;

/**
 * The heap budget of the batches that are being computed and sent. Requests are served in the order
 * of arrival. Thread-safe.
 */
final class BatchMemoryBudget {
  private static final int UNIT = 1 << 10;

  /**
   * The features of a batch exist twice at a time: per utterance and joined, later joined and
   * encoded. The rest is for the unused part of the last garbage collector region that each array
   * occupies.
   */
  private static final double COPIES = 2.5;

  private final int size;
  private final Semaphore free;

  /**
   * Creates a budget.
   *
   * @param bytes size of the budget in bytes of heap
   */
  BatchMemoryBudget(long bytes) {
    this.size = units(bytes);
    this.free = new Semaphore(size, true);
  }

  /**
   * Waits for the memory that a batch needs. A batch that needs more than the budget takes all of
   * it.
   *
   * @param featureBytes size of the batch's features in bytes
   * @return the reserved amount, to be returned with {@link #release} when the batch is no longer
   *     referenced
   */
  int reserve(long featureBytes) throws InterruptedException {
    int units = Math.min(size, units((long) (COPIES * featureBytes)));
    free.acquire(units);
    return units;
  }

  /** Returns an amount that {@link #reserve} has given. */
  void release(int reserved) {
    free.release(reserved);
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / UNIT));
  }
}
