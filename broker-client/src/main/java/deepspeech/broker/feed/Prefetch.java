package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import java.time.Duration;

/**
 * How many batches a feed requests and holds ahead of the one in use: a fixed number, or as many as
 * are used in a given time, so that a consumer goes on for that time without an answer.
 *
 * @param atStart number of batches until the speed of the consumer is known
 * @param least smallest number of batches, from 1
 * @param most largest number of batches, which bounds the memory
 * @param ahead how long the requested batches should last
 */
public record Prefetch(int atStart, int least, int most, Duration ahead) {
  public Prefetch {
    InvalidMessageException.require(least >= 1, "window", least, "a whole number from 1");
    InvalidMessageException.require(
        least <= atStart && atStart <= most,
        "window",
        atStart,
        "a whole number from " + least + " to " + most);
  }

  /** Always requests the same number of batches ahead. */
  public static Prefetch fixed(int batches) {
    return new Prefetch(batches, batches, batches, Duration.ZERO);
  }
}
