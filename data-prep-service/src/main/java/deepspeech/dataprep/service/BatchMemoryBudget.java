package deepspeech.dataprep.service;

import java.util.concurrent.Semaphore;

/**
 * Room in the heap for the batches that are being made and sent. Whoever comes first has it first.
 * Thread-safe.
 */
final class BatchMemoryBudget {
  private static final int UNIT = 1 << 10;

  /**
   * Features are there twice: of each utterance and joined, later joined and encoded. What they
   * take besides is the rest of the last region of the collector that each array lies in.
   */
  private static final double COPIES = 2.5;

  private final int size;
  private final Semaphore free;

  /**
   * Divides room.
   *
   * @param bytes of heap
   */
  BatchMemoryBudget(long bytes) {
    this.size = units(bytes);
    this.free = new Semaphore(size, true);
  }

  /**
   * Waits for the room that a batch takes. One that takes more than there is has all of it.
   *
   * @param featureBytes of the batch
   * @return what was taken, to be given {@link #back} when the batch is gone
   */
  int take(long featureBytes) throws InterruptedException {
    int units = Math.min(size, units((long) (COPIES * featureBytes)));
    free.acquire(units);
    return units;
  }

  /** Gives back what {@link #take} has returned. */
  void back(int taken) {
    free.release(taken);
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / UNIT));
  }
}
