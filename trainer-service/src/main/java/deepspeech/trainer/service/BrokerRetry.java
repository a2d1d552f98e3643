package deepspeech.trainer.service;

import deepspeech.broker.BrokerException;
import deepspeech.runtime.retry.RetryPolicy;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Retries requests while the broker is unavailable.
 *
 * @param patience how long to retry
 * @param waiting receives a line that says what is waited for
 */
record BrokerRetry(Duration patience, Consumer<String> waiting) {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** A request to the broker. */
  @FunctionalInterface
  interface Request<T> {
    T send() throws InterruptedException;
  }

  /**
   * Sends a request until it succeeds.
   *
   * @throws BrokerException if the request still fails when {@code patience} is over, or if a
   *     permission is missing
   */
  <T> T await(Request<T> request) throws InterruptedException {
    return RetryPolicy.every(PAUSE, patience)
        .call(request::send, (failure, pause) -> isUnavailable(failure));
  }

  private boolean isUnavailable(Throwable failure) {
    if (!(failure instanceof BrokerException e) || e.denied()) {
      return false;
    }
    waiting.accept("waiting for the broker: " + e.getMessage());
    return true;
  }
}
