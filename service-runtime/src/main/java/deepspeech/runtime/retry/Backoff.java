package deepspeech.runtime.retry;

import deepspeech.messages.InvalidMessageException;
import java.time.Duration;

/**
 * Exponential backoff: how long to wait before the next retry. The time doubles with each attempt.
 *
 * @param first time after the first attempt, above 0
 * @param longest upper limit, at least {@code first}
 */
public record Backoff(Duration first, Duration longest) {
  public Backoff {
    InvalidMessageException.require(
        first.compareTo(Duration.ZERO) > 0, "first", first, "a duration above 0");
    InvalidMessageException.require(
        longest.compareTo(first) >= 0, "longest", longest, "at least first, which is " + first);
  }

  /**
   * The time after an attempt, in nanoseconds.
   *
   * @param attempt from 1
   */
  public long nanos(int attempt) {
    long limit = longest.toNanos();
    long nanos = first.toNanos();
    for (int i = 1; i < attempt && nanos < limit; i++) {
      nanos = nanos > limit / 2 ? limit : nanos * 2;
    }
    return Math.min(nanos, limit);
  }
}
