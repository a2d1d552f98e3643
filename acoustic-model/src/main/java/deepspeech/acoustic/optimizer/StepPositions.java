package deepspeech.acoustic.optimizer;

/** Positions of steps, counted from the first step of an epoch in which something begins. */
final class StepPositions {
  private final int firstEpoch;
  private final int[] steps;

  /** The steps from the first epoch up to the end of each epoch, by epoch - 1. */
  private final long[] upTo;

  /**
   * Counts the steps.
   *
   * @param firstEpoch from 1; may be after the last epoch
   * @param steps the number of steps of each epoch
   */
  StepPositions(int firstEpoch, int[] steps) {
    this.firstEpoch = firstEpoch;
    this.steps = steps.clone();
    upTo = new long[steps.length];
    long sum = 0;
    for (int epoch = 1; epoch <= steps.length; epoch++) {
      sum += epoch < firstEpoch ? 0 : steps[epoch - 1];
      upTo[epoch - 1] = sum;
    }
  }

  /**
   * Returns the number of steps before a step, from the first epoch on; 0 for earlier epochs.
   *
   * @param epoch from 1, at most the last one
   * @param step of the epoch, from 0
   */
  long before(int epoch, int step) {
    return epoch < firstEpoch ? 0 : upTo[epoch - 1] - steps[epoch - 1] + step;
  }

  /** Returns the same in epochs, of which the steps of an epoch are equal parts. */
  double epochs(int epoch, int step) {
    return epoch < firstEpoch ? 0 : epoch - firstEpoch + (double) step / steps[epoch - 1];
  }

  /** Returns the position in epochs of a step that has {@code before} before it. */
  double epochsOf(long before) {
    for (int epoch = firstEpoch; epoch <= steps.length; epoch++) {
      if (before < upTo[epoch - 1]) {
        long step = before - upTo[epoch - 1] + steps[epoch - 1];
        return epochs(epoch, Math.toIntExact(step));
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Returns the number of steps from the first epoch to the end of an epoch. */
  long stepsUpToEndOf(int epoch) {
    return upTo[epoch - 1];
  }

  /** Returns the number of epochs that are known. */
  int lastEpoch() {
    return steps.length;
  }
}
