package deepspeech.runtime.retry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Retries work that blocks its thread, for as long as the policy's patience lasts.
 *
 * @param backoff pause after each failed attempt
 * @param patience how long to retry. The last pause is shortened, so that the last attempt begins
 *     when patience is over.
 */
public record RetryPolicy(Backoff backoff, Duration patience) {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  /** Retries after pauses of equal length. */
  public static RetryPolicy every(Duration pause, Duration patience) {
    return new RetryPolicy(new Backoff(pause, pause), patience);
  }

  /** Retries until the work succeeds or its thread is interrupted. */
  public static RetryPolicy forever(Backoff backoff) {
    return new RetryPolicy(backoff, FOREVER);
  }

  /**
   * Work that may fail for a while.
   *
   * @param <T> its result
   * @param <E> its failure
   */
  @FunctionalInterface
  public interface Attempt<T, E extends Exception> {
    T run() throws E, InterruptedException;
  }

  /** Decides about a failed attempt, and reports it. */
  @FunctionalInterface
  public interface FailureHandler {
    /**
     * Returns true to retry after the pause, false to pass the failure on to the caller.
     *
     * @param pause until the next attempt
     */
    boolean isRetried(Throwable failure, Duration pause) throws InterruptedException;
  }

  /**
   * Runs an attempt until it succeeds.
   *
   * @param handler is called for each failure before patience is over
   * @throws E the last failure, if patience is over or the handler does not retry it
   * @throws InterruptedException if interrupted in an attempt or a pause
   */
  public <T, E extends Exception> T call(Attempt<T, E> attempt, FailureHandler handler)
      throws E, InterruptedException {
    long begin = System.nanoTime();
    for (int attempts = 1; ; attempts++) {
      try {
        return attempt.run();
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        long left = left(begin);
        Duration pause = Duration.ofNanos(Math.min(backoff.nanos(attempts), left));
        if (left <= 0 || !handler.isRetried(e, pause)) {
          throw e;
        }
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      }
    }
  }

  private long left(long begin) {
    return patience.toNanos() - (System.nanoTime() - begin);
  }
}
