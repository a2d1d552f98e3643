package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import deepspeech.runtime.retry.Backoff;
import java.time.Duration;

/**
 * Timeouts and retries of a feed.
 *
 * @param batchRetry when a batch that did not arrive is requested again
 * @param dataSetRetry when a data set description that did not arrive is requested again
 * @param dataSetLimit timeout for a data set description
 * @param waitingInterval interval between the lines that say what the feed waits for
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
   * Batches are requested again after 20 s, then at longer intervals up to 2 min. Data set
   * descriptions are requested again after 10 s, at intervals up to 1 min, for 10 min in total. The
   * feed reports every 10 s what it waits for.
   */
  public static FeedSettings defaults() {
    return new FeedSettings(
        new Backoff(Duration.ofSeconds(20), Duration.ofMinutes(2)),
        new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1)),
        Duration.ofMinutes(10),
        Duration.ofSeconds(10));
  }
}
