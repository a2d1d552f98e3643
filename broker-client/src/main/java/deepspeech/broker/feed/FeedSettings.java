package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import java.time.Duration;

/**
 * How patient a feed is.
 *
 * @param batchRetry when a batch that did not come is asked for again
 * @param dataSetRetry when a data set description that did not come is asked for again
 * @param dataSetLimit when to give up on a data set description
 * @param waitingInterval how often to say what is waited for
 */
public record FeedSettings(
    Backoff batchRetry, Backoff dataSetRetry, Duration dataSetLimit, Duration waitingInterval) {
  public FeedSettings {
    InvalidMessageException.require(
        dataSetLimit.compareTo(Duration.ZERO) > 0,
        "data_set_limit",
        dataSetLimit,
        "a duration above 0");
    InvalidMessageException.require(
        waitingInterval.compareTo(Duration.ZERO) > 0,
        "waiting_interval",
        waitingInterval,
        "a duration above 0");
  }

  /**
   * Batches are asked for again after 20 s, then at longer intervals up to 2 min; data sets after
   * 10 s up to 1 min, for 10 min in all; waiting is told of every 10 s.
   */
  public static FeedSettings defaults() {
    return new FeedSettings(
        new Backoff(Duration.ofSeconds(20), Duration.ofMinutes(2)),
        new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1)),
        Duration.ofMinutes(10),
        Duration.ofSeconds(10));
  }
}
