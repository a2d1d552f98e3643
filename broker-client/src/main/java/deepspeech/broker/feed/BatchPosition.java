package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import java.util.Comparator;

/**
 * The position of a batch in a run.
 *
 * @param epoch from 1
 * @param batch in the epoch, from 0
 */
public record BatchPosition(int epoch, int batch) implements Comparable<BatchPosition> {
  /** The first batch of the first epoch. */
  public static final BatchPosition START = new BatchPosition(1, 0);

  private static final Comparator<BatchPosition> ORDER =
      Comparator.comparingInt(BatchPosition::epoch).thenComparingInt(BatchPosition::batch);

  public BatchPosition {
    InvalidMessageException.require(epoch >= 1, "epoch", epoch, "a whole number from 1");
    InvalidMessageException.require(batch >= 0, "batch", batch, "a whole number from 0");
  }

  @Override
  public int compareTo(BatchPosition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "batch " + batch + " of epoch " + epoch;
  }
}
