package deepspeech.broker;

import deepspeech.runtime.health.Probe;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Checks over its own connection whether the broker answers. */
public final class BrokerProbe implements Probe, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final BrokerConfiguration broker;
  private final Admin admin;

  /** Opens the connection. The broker need not be reachable yet. */
  public BrokerProbe(BrokerConfiguration broker) {
    this.broker = broker;
    this.admin = broker.admin(LIMIT);
  }

  /**
   * Checks that the broker answers.
   *
   * @throws BrokerException if the broker does not answer within 5 s or refuses the sign-in
   */
  @Override
  public void check() throws InterruptedException {
    try {
      admin.describeCluster().nodes().get();
    } catch (ExecutionException e) {
      Throwable cause = BrokerException.unwrap(e);
      throw new BrokerException(
          "broker %s: %s"
              .formatted(
                  broker.bootstrapServers(),
                  cause instanceof org.apache.kafka.common.errors.TimeoutException
                      ? "no answer within %d s".formatted(LIMIT.toSeconds())
                      : BrokerException.firstLine(cause)),
          cause);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
