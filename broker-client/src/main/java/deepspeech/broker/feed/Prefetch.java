package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import java.time.Duration;

/**
 * How many batches a feed requests and holds ahead of the one in use: a fixed number, or as many as
 * are delivered in a given time, so that a consumer goes on for that time without an answer.
 *
 * @param atStart number of batches until the speed of the consumer is known
 * @param least smallest number of batches, from 1
 * @param most largest number of batches, which bounds the memory
 * @param ahead how long the requested batches should last
 */
public record Prefetch(int atStart, int least, int most, Duration ahead) {
  /**
   * After 10 s the requests of a killed replica of data-prep go to the other replicas, so training
   * goes on meanwhile.
   */
  private static final Duration TRAINING_AHEAD = Duration.ofSeconds(15);

  private static final int TRAINING_AT_START = 8;
  private static final int TRAINING_LEAST = 2;
  private static final int TRAINING_MOST = 1000;

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

  /**
   * Requests as many batches as a trainer gets in 15 s, from 2 to 1000.
   *
   * @param mostInMemory how many batches the memory holds
   */
  public static Prefetch ofTraining(long mostInMemory) {
    int most = (int) Math.max(TRAINING_LEAST, Math.min(TRAINING_MOST, mostInMemory));
    return new Prefetch(Math.min(TRAINING_AT_START, most), TRAINING_LEAST, most, TRAINING_AHEAD);
  }

  /**
   * Returns how many batches last the time.
   *
   * @param nanos time from one delivery to the next, from 1
   */
  public int batches(long nanos) {
    long lasting = (ahead.toNanos() + nanos - 1) / nanos;
    return (int) Math.max(least, Math.min(most, lasting));
  }
}
