package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;
import java.util.Optional;

/** The batches of a run in the order of training, epoch after epoch. */
final class BatchSchedule {
  private final int[] batches;

  /**
   * Creates a schedule.
   *
   * @param batches number of batches in each epoch, from the first epoch
   */
  BatchSchedule(int[] batches) {
    this.batches = batches.clone();
  }

  /**
   * The part of this schedule before a position.
   *
   * @param end position after the last batch of the part
   */
  BatchSchedule before(BatchPosition end) {
    int[] part = Arrays.copyOf(batches, Math.min(batches.length, end.epoch()));
    if (end.epoch() <= batches.length) {
      part[end.epoch() - 1] = Math.min(part[end.epoch() - 1], end.batch());
    }
    return new BatchSchedule(part);
  }

  /**
   * The first batch at or after the position; empty if no batch follows. The position after an
   * epoch's last batch is the start of the next epoch.
   *
   * @throws InvalidMessageException if the epoch has fewer batches, or the run fewer epochs
   */
  Optional<BatchPosition> from(BatchPosition position) {
    int epoch = position.epoch();
    InvalidMessageException.require(
        epoch <= batches.length + 1, "epoch", epoch, "1 to " + (batches.length + 1));
    int count = epoch <= batches.length ? batches[epoch - 1] : 0;
    InvalidMessageException.require(
        position.batch() <= count, "batch", position.batch(), "0 to " + count);
    return position.batch() < count ? Optional.of(position) : firstOf(epoch + 1);
  }

  /** The next batch; empty after the last one. */
  Optional<BatchPosition> after(BatchPosition position) {
    return position.batch() + 1 < batches[position.epoch() - 1]
        ? Optional.of(new BatchPosition(position.epoch(), position.batch() + 1))
        : firstOf(position.epoch() + 1);
  }

  private Optional<BatchPosition> firstOf(int epoch) {
    for (int e = epoch; e <= batches.length; e++) {
      if (batches[e - 1] > 0) {
        return Optional.of(new BatchPosition(e, 0));
      }
    }
    return Optional.empty();
  }
}
