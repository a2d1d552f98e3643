package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import java.time.Duration;

/**
 * How long to wait for an answer before asking again: the first time, and twice as long each time
 * after that.
 *
 * @param first above 0
 * @param longest at least {@code first}
 */
public record Backoff(Duration first, Duration longest) {
  public Backoff {
    InvalidMessageException.require(
        first.compareTo(Duration.ZERO) > 0, "first", first, "a duration above 0");
    InvalidMessageException.require(
        longest.compareTo(first) >= 0, "longest", longest, "at least first, which is " + first);
  }

  /**
   * The time after the n-th asking.
   *
   * @param attempt from 1
   */
  long nanos(int attempt) {
    long limit = longest.toNanos();
    long nanos = first.toNanos();
    for (int i = 1; i < attempt && nanos < limit; i++) {
      nanos = nanos > limit / 2 ? limit : nanos * 2;
    }
    return Math.min(nanos, limit);
  }
}
