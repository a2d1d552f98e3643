package deepspeech.broker.start;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.runtime.retry.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks at start-up that the broker is reachable, before anything else is tried. */
public final class StartupCheck {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(StartupCheck.class);

  private final BrokerConfiguration configuration;

  public StartupCheck(BrokerConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Reads {@code DEEPSPEECH_BROKER_WAIT_SECONDS}: how long a service waits for the broker, and then
   * for the topics, when it starts.
   *
   * @throws InvalidMessageException if it is malformed
   */
  public static Duration brokerWait(EnvironmentVariables environment) {
    return Duration.ofSeconds(environment.number("DEEPSPEECH_BROKER_WAIT_SECONDS", 30, 1, 3600));
  }

  /**
   * Returns as soon as the broker answers.
   *
   * @param within how long to retry
   * @throws BrokerException naming the bootstrap servers if the broker does not answer within that
   *     time or refuses the sign-in
   * @throws InvalidMessageException if the settings of TLS or of the sign-in cannot be used
   * @throws InterruptedException if interrupted while waiting
   */
  public void requireReachable(Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    try {
      // A host name may not resolve yet, for example when all containers start together.
      RetryPolicy.every(PAUSE, within)
          .call(
              () -> ask(Duration.ofNanos(Math.max(1, deadline - System.nanoTime()))),
              (failure, pause) ->
                  failure instanceof KafkaException
                      && !(failure instanceof AuthenticationException));
    } catch (AuthenticationException e) {
      throw new BrokerException(
          "broker %s: sign-in refused: %s"
              .formatted(configuration.bootstrapServers(), BrokerException.firstLine(e)),
          e);
    } catch (KafkaException e) {
      throw notReachable(within, e);
    }
  }

  /**
   * Waits for the broker and creates the topics that all services share, or waits for them if an
   * operator creates them. Logs what differs from the topics that services create.
   *
   * @param within how long to wait for the broker, and then for the topics
   * @throws BrokerException if the broker does not answer within that time or refuses, or if a
   *     topic is missing
   */
  public void requireReady(Duration within) throws InterruptedException {
    requireReachable(within);
    try (TopicSetup topics = new TopicSetup(configuration, within)) {
      topics.ensureShared();
      compareShared(topics);
    }
  }

  private static void compareShared(TopicSetup topics) throws InterruptedException {
    try {
      topics.differencesOfShared().forEach(LOG::warn);
    } catch (BrokerException e) {
      if (!e.denied()) {
        throw e;
      }
      LOG.info("topics are not compared with those that services create: {}", e.getMessage());
    }
  }

  private Void ask(Duration limit) throws InterruptedException {
    Admin admin = client(limit);
    try {
      admin.describeCluster().nodes().get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return null;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  /** A client that cannot be made at all has wrong settings, unless a host name is unknown. */
  private Admin client(Duration limit) {
    try {
      return configuration.admin(limit);
    } catch (KafkaException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      if (root instanceof ConfigException) {
        throw e;
      }
      throw new InvalidMessageException(
          "broker %s: no client with these settings: %s; check KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_… and KAFKA_SSL_…"
              .formatted(
                  configuration.bootstrapServers(),
                  root instanceof IOException ? root.toString() : BrokerException.firstLine(root)),
          e);
    }
  }

  private BrokerException notReachable(Duration within, Throwable last) {
    String why =
        last instanceof org.apache.kafka.common.errors.TimeoutException
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
