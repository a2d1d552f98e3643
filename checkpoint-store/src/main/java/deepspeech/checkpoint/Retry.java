package deepspeech.checkpoint;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often an operation is tried, and how long it rests in between: exponential back-off with full
 * jitter.
 *
 * @param attempts from 1
 * @param firstDelay upper bound of the first rest; each following one may be twice as long
 */
record Retry(int attempts, Duration firstDelay) {

  static final Retry DEFAULT = new Retry(5, Duration.ofMillis(250));

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
