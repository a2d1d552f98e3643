package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Retry policy of a request: exponential back-off with jitter.
 *
 * @param attempts number of attempts, from 1; more are made only while {@code patience} lasts
 * @param firstDelay upper bound of the first delay; each following one may be twice as long, up to
 *     5 s
 * @param patience time in which attempts continue regardless of their number
 * @param waiting receives the failure of an attempt as one line, every 10 s
 */
public record Retry(
    int attempts, Duration firstDelay, Duration patience, Consumer<String> waiting) {
  /** Five attempts within a few seconds. */
  public static final Retry DEFAULT = new Retry(5, Duration.ofMillis(250));

  /** One attempt, for callers that repeat the request anyway. */
  public static final Retry NONE = new Retry(1, Duration.ZERO);

  private static final int MAX_DELAY_MILLIS = 5_000;
  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

  public Retry {
    require(attempts >= 1, "attempts", attempts, "a whole number from 1");
    require(
        firstDelay != null && !firstDelay.isNegative(), "first delay", firstDelay, "0 or longer");
    require(patience != null && !patience.isNegative(), "patience", patience, "0 or longer");
  }

  /** A number of attempts without reports. */
  public Retry(int attempts, Duration firstDelay) {
    this(attempts, firstDelay, Duration.ZERO, line -> {});
  }

  /**
   * Retries for a long time, for callers that cannot proceed without the server.
   *
   * @param patience time in which attempts continue
   * @param waiting receives a line that says what the client waits for, every 10 s
   */
  public static Retry patient(Duration patience, Consumer<String> waiting) {
    return new Retry(DEFAULT.attempts, DEFAULT.firstDelay, patience, waiting);
  }

  /** Starts the attempts of one request. */
  Attempts begin() {
    return new Attempts(this);
  }

  /** Counts the attempts of one request and waits between them. */
  static final class Attempts {
    private final Retry retry;
    private final long begin = System.nanoTime();
    private long reported = begin;
    private int made;

    private Attempts(Retry retry) {
      this.retry = retry;
    }

    /**
     * Counts a failed attempt.
     *
     * @return number of failed attempts, including this one
     */
    int failed() {
      return ++made;
    }

    /**
     * Waits after a failed attempt.
     *
     * @return false if no further attempt is allowed
     */
    boolean waitAfter(S3Failure failure) throws InterruptedException {
      long now = System.nanoTime();
      if (made >= retry.attempts && now - begin >= retry.patience.toNanos()) {
        return false;
      }
      if (now - reported >= REPORT_INTERVAL.toNanos()) {
        retry.waiting.accept("waiting for the store: " + failure.getMessage());
        reported = now;
      }
      long bound =
          Math.min(retry.firstDelay.toMillis() << Math.min(made - 1, 16), MAX_DELAY_MILLIS);
      Thread.sleep(ThreadLocalRandom.current().nextLong(bound / 2, bound + 1));
      return true;
    }
  }
}
