package deepspeech.trainer.training;

import java.time.Duration;

/** The time that the rest of a run takes at the speed since the last line of progress. */
final class Eta {
  private Eta() {}

  /**
   * The remaining time in whole seconds.
   *
   * @param elapsed time that the last {@code batchesDone} batches took
   * @param batchesLeft batches of all epochs still to train
   */
  static Duration of(Duration elapsed, int batchesDone, long batchesLeft) {
    return Duration.ofSeconds(
        Math.round(elapsed.toNanos() / 1e9 / Math.max(1, batchesDone) * batchesLeft));
  }
}
