package deepspeech.speech.batching;

import java.util.Arrays;

/**
 * The batches of an epoch.
 *
 * @param order indices of utterances, batch after batch; not to be written to
 * @param ends where each batch ends in the order, ascending; not to be written to
 */
public record EpochBatches(int[] order, int[] ends) {
  /** Cuts an order into batches of the same size; the last one may be smaller. */
  static EpochBatches ofSize(int[] order, int batchSize) {
    int[] ends = new int[(order.length + batchSize - 1) / batchSize];
    for (int b = 0; b < ends.length; b++) {
      ends[b] = (int) Math.min(order.length, (b + 1L) * batchSize);
    }
    return new EpochBatches(order, ends);
  }

  /** The number of batches. */
  public int count() {
    return ends.length;
  }

  /**
   * The utterances of a batch, in order.
   *
   * @param batch from 0, below {@link #count}
   */
  public int[] batch(int batch) {
    return Arrays.copyOfRange(order, start(batch), ends[batch]);
  }

  private int start(int batch) {
    return batch == 0 ? 0 : ends[batch - 1];
  }
}
