package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.StartupCheck;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Checks configuration and broker, and starts the service if all is well. */
@QuarkusMain
public class DataPrepMain {
  private static final int BAD_CONFIGURATION = 2;

  /**
   * Runs until the service is told to end.
   *
   * @param arguments are handed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    try {
      DataPrepConfiguration configuration =
          DataPrepConfiguration.of(EnvironmentVariables.ofProcess());
      new StartupCheck(configuration.broker()).requireReachable(configuration.brokerWait());
      try (TopicSetup topics = new TopicSetup(configuration.broker())) {
        topics.ensureShared();
      }
      configureConsumer(configuration);
    } catch (InvalidMessageException | BrokerException e) {
      System.err.println("data-prep-service: " + e.getMessage());
      System.exit(BAD_CONFIGURATION);
    }
    Quarkus.run(arguments);
  }

  /** Hands on what the messaging framework reads under names of its own. */
  private static void configureConsumer(DataPrepConfiguration configuration) {
    System.setProperty(
        "smallrye.messaging.worker." + BatchRequestConsumer.CHANNEL + ".max-concurrency",
        String.valueOf(configuration.concurrentRequests()));
    configuration
        .instanceId()
        .ifPresent(
            id ->
                System.setProperty(
                    "mp.messaging.incoming." + BatchRequestConsumer.CHANNEL + ".group.instance.id",
                    id));
  }
}
