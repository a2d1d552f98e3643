package deepspeech.acoustic.optimizer;

/** Positions of batches, counted from the first batch of an epoch in which something begins. */
final class BatchPositions {
  private final int firstEpoch;
  private final int[] batches;

  /** The batches from the first epoch up to the end of each epoch, by epoch - 1. */
  private final long[] upTo;

  /**
   * Counts the batches.
   *
   * @param firstEpoch from 1; may be after the last epoch
   * @param batches the number of batches of each epoch
   */
  BatchPositions(int firstEpoch, int[] batches) {
    this.firstEpoch = firstEpoch;
    this.batches = batches.clone();
    upTo = new long[batches.length];
    long sum = 0;
    for (int epoch = 1; epoch <= batches.length; epoch++) {
      sum += epoch < firstEpoch ? 0 : batches[epoch - 1];
      upTo[epoch - 1] = sum;
    }
  }

  /**
   * Returns the number of batches before a batch, from the first epoch on; 0 for earlier epochs.
   *
   * @param epoch from 1, at most the last one
   * @param batch of the epoch, from 0
   */
  long steps(int epoch, int batch) {
    return epoch < firstEpoch ? 0 : upTo[epoch - 1] - batches[epoch - 1] + batch;
  }

  /** Returns the same in epochs, of which the batches of an epoch are equal parts. */
  double epochs(int epoch, int batch) {
    return epoch < firstEpoch ? 0 : epoch - firstEpoch + (double) batch / batches[epoch - 1];
  }

  /** Returns the position in epochs of a batch that has {@code steps} before it. */
  double epochsOf(long steps) {
    for (int epoch = firstEpoch; epoch <= batches.length; epoch++) {
      if (steps < upTo[epoch - 1]) {
        long batch = steps - upTo[epoch - 1] + batches[epoch - 1];
        return epochs(epoch, Math.toIntExact(batch));
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Returns the number of batches from the first epoch to the end of an epoch. */
  long stepsUpToEndOf(int epoch) {
    return upTo[epoch - 1];
  }

  /** Returns the number of epochs that are known. */
  int lastEpoch() {
    return batches.length;
  }
}
