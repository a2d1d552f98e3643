package deepspeech.dataprep.storage;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often a request is tried, and how long it rests in between: exponential back-off with jitter.
 *
 * @param attempts from 1
 * @param firstDelay upper bound of the first rest; each following one may be twice as long, up to
 *     five seconds
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
