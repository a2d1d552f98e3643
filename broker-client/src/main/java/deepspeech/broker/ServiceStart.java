package deepspeech.broker;

import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.operations.logging.LogFormat;
import java.time.Duration;
import java.util.List;

/**
 * The start of a service: configuration and what it depends on are checked before anything else,
 * and what is wrong is told in one line on standard error.
 */
public final class ServiceStart {
  /** Exit status of a service that cannot start. */
  public static final int CANNOT_START = 2;

  private final String service;
  private final List<Class<? extends RuntimeException>> reasons;

  /** What a service checks; a failure's message is one line for who runs the service. */
  @FunctionalInterface
  public interface Checks {
    void run() throws InterruptedException;
  }

  /**
   * A start to be checked.
   *
   * @param service begins the line
   * @param reasons failures not to start for, beside those of the configuration and the broker
   */
  public ServiceStart(String service, List<Class<? extends RuntimeException>> reasons) {
    this.service = service;
    this.reasons = List.copyOf(reasons);
  }

  /**
   * Returns if all is well; else tells what is not and ends the JVM. Lets Quarkus log in the format
   * that the environment says.
   */
  public void orExit(Checks checks) throws InterruptedException {
    LogFormat format = LogFormat.TEXT;
    try {
      format = LogFormat.of(EnvironmentVariables.ofProcess());
      format.apply();
      checks.run();
    } catch (RuntimeException e) {
      if (!isReason(e)) {
        throw e;
      }
      System.err.println(format.failure(service, e.getMessage()));
      System.exit(CANNOT_START);
    }
  }

  /**
   * Waits for the broker and makes the topics that all services share.
   *
   * @throws BrokerException if it does not answer in that time or refuses
   */
  public static void requireBroker(BrokerConfiguration broker, Duration within)
      throws InterruptedException {
    new StartupCheck(broker).requireReachable(within);
    try (TopicSetup topics = new TopicSetup(broker)) {
      topics.ensureShared();
    }
  }

  private boolean isReason(RuntimeException failure) {
    return failure instanceof InvalidMessageException
        || failure instanceof BrokerException
        || reasons.stream().anyMatch(reason -> reason.isInstance(failure));
  }
}
