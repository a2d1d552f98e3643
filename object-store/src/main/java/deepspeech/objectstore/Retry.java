package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often a request is sent, and how long it rests in between: exponential back-off with jitter.
 *
 * @param attempts from 1
 * @param firstDelay upper bound of the first rest; each following one may be twice as long, up to
 *     five seconds
 */
public record Retry(int attempts, Duration firstDelay) {
  /** Five attempts within a few seconds. */
  public static final Retry DEFAULT = new Retry(5, Duration.ofMillis(250));

  public Retry {
    require(attempts >= 1, "attempts", attempts, "a whole number from 1");
    require(
        firstDelay != null && !firstDelay.isNegative(), "first delay", firstDelay, "0 or longer");
  }

  /**
   * Rests after a failed attempt.
   *
   * @param attempt that failed, from 1
   */
  void rest(int attempt) throws InterruptedException {
    long bound = Math.min(firstDelay.toMillis() << (attempt - 1), 5_000);
    Thread.sleep(ThreadLocalRandom.current().nextLong(bound / 2, bound + 1));
  }
}
