package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * How often a request is sent, and how long it rests in between: exponential back-off with jitter.
 *
 * @param attempts from 1; no more are made, unless {@code patience} is not over
 * @param firstDelay upper bound of the first rest; each following one may be twice as long, up to
 *     five seconds
 * @param patience attempts that begin in that time are made however many there were
 * @param waiting is told the failure of an attempt, in a line, every ten seconds
 */
public record Retry(
    int attempts, Duration firstDelay, Duration patience, Consumer<String> waiting) {
  /** Five attempts within a few seconds. */
  public static final Retry DEFAULT = new Retry(5, Duration.ofMillis(250));

  /** One attempt, for whoever asks again anyway. */
  public static final Retry NONE = new Retry(1, Duration.ZERO);

  private static final int LONGEST_REST_MILLIS = 5_000;
  private static final Duration TELL_EVERY = Duration.ofSeconds(10);

  public Retry {
    require(attempts >= 1, "attempts", attempts, "a whole number from 1");
    require(
        firstDelay != null && !firstDelay.isNegative(), "first delay", firstDelay, "0 or longer");
    require(patience != null && !patience.isNegative(), "patience", patience, "0 or longer");
  }

  /** A number of attempts, of which nobody is told. */
  public Retry(int attempts, Duration firstDelay) {
    this(attempts, firstDelay, Duration.ZERO, line -> {});
  }

  /**
   * Attempts for a long time, for whoever has nothing better to do than to wait.
   *
   * @param waiting is told what is waited for, every ten seconds
   */
  public static Retry patient(Duration patience, Consumer<String> waiting) {
    return new Retry(DEFAULT.attempts, DEFAULT.firstDelay, patience, waiting);
  }

  /** The attempts of one request. */
  Attempts begin() {
    return new Attempts(this);
  }

  /** Counts the attempts of one request and rests between them. */
  static final class Attempts {
    private final Retry retry;
    private final long begin = System.nanoTime();
    private long told = begin;
    private int made;

    private Attempts(Retry retry) {
      this.retry = retry;
    }

    /** How many attempts have failed, with this one. */
    int failed() {
      return ++made;
    }

    /**
     * Rests after a failed attempt.
     *
     * @return false if no other shall be made
     */
    boolean restFor(S3Failure failure) throws InterruptedException {
      long now = System.nanoTime();
      if (made >= retry.attempts && now - begin >= retry.patience.toNanos()) {
        return false;
      }
      if (now - told >= TELL_EVERY.toNanos()) {
        retry.waiting.accept("waiting for the store: " + failure.getMessage());
        told = now;
      }
      long bound =
          Math.min(retry.firstDelay.toMillis() << Math.min(made - 1, 16), LONGEST_REST_MILLIS);
      Thread.sleep(ThreadLocalRandom.current().nextLong(bound / 2, bound + 1));
      return true;
    }
  }
}
