package deepspeech.speech.batching;

import java.util.Arrays;

/**
 * The batches of an epoch.
 *
 * @param order indices of the utterances, batch after batch; must not be modified
 * @param ends end index of each batch in {@code order}, exclusive and ascending; must not be
 *     modified
 */
public record EpochBatches(int[] order, int[] ends) {
  /** Splits an order into batches of the same size. The last batch may be smaller. */
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
   * The indices of the utterances of a batch, in order.
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
