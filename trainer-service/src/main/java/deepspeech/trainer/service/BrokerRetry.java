package deepspeech.trainer.service;

import deepspeech.broker.BrokerException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Asks a broker that is away again and again.
 *
 * @param patience how long
 * @param waiting is told in a line what is waited for
 */
record BrokerRetry(Duration patience, Consumer<String> waiting) {
  private static final Duration REST = Duration.ofSeconds(2);

  /** What the broker is asked to do. */
  @FunctionalInterface
  interface Request<T> {
    T send() throws InterruptedException;
  }

  /**
   * Sends a request until it succeeds.
   *
   * @throws BrokerException if it still fails when patience is over, or a right is missing
   */
  <T> T await(Request<T> request) throws InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      try {
        return request.send();
      } catch (BrokerException e) {
        if (e.denied() || System.nanoTime() - begin >= patience.toNanos()) {
          throw e;
        }
        waiting.accept("waiting for the broker: " + e.getMessage());
      }
      Thread.sleep(REST.toMillis());
    }
  }
}
