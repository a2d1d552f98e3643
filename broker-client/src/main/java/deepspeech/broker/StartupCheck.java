package deepspeech.broker;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;

/** Checks at start-up that the broker is reachable, before anything else is tried. */
public final class StartupCheck {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final BrokerConfiguration configuration;

  public StartupCheck(BrokerConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Returns as soon as the broker answers.
   *
   * @param within how long to retry
   * @throws BrokerException naming the bootstrap servers if the broker does not answer within that
   *     time or refuses the sign-in
   * @throws InterruptedException if interrupted while waiting
   */
  public void requireReachable(Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    Throwable last = null;
    while (true) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw notReachable(within, last);
      }
      try {
        ask(Duration.ofNanos(left));
        return;
      } catch (AuthenticationException e) {
        throw new BrokerException(
            "broker %s: sign-in refused: %s"
                .formatted(configuration.bootstrapServers(), BrokerException.firstLine(e)),
            e);
      } catch (KafkaException e) {
        last = e;
        // A host name may not resolve yet, for example when all containers start together.
        TimeUnit.NANOSECONDS.sleep(
            Math.max(0, Math.min(PAUSE.toNanos(), deadline - System.nanoTime())));
      }
    }
  }

  private void ask(Duration limit) throws InterruptedException {
    Admin admin = configuration.admin(limit);
    try {
      admin.describeCluster().nodes().get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private BrokerException notReachable(Duration within, Throwable last) {
    String why =
        last == null || last instanceof org.apache.kafka.common.errors.TimeoutException
            ? "no answer"
            : BrokerException.firstLine(
                last.getCause() instanceof KafkaException cause ? cause : last);
    return new BrokerException(
        "broker %s: not reachable within %s s (%s); is it running, and is the address right?"
            .formatted(configuration.bootstrapServers(), seconds(within), why),
        last);
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? String.valueOf(duration.toSeconds())
        : String.valueOf(duration.toMillis() / 1000.0);
  }
}
