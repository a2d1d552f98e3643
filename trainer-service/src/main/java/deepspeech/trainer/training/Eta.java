package deepspeech.trainer.training;

import java.time.Duration;

/** Estimates the remaining time of a run from the speed since the last line of progress. */
final class Eta {
  private Eta() {}

  /**
   * Returns the remaining time in whole seconds.
   *
   * @param elapsed the time that the last {@code batchesDone} batches took
   * @param batchesLeft batches of all epochs that are still to train
   */
  static Duration of(Duration elapsed, int batchesDone, long batchesLeft) {
    return Duration.ofSeconds(
        Math.round(elapsed.toNanos() / 1e9 / Math.max(1, batchesDone) * batchesLeft));
  }
}
