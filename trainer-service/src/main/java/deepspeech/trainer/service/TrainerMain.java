package deepspeech.trainer.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.StartupCheck;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.time.Duration;

/** Checks configuration, broker and store, and starts the service if all is well. */
@QuarkusMain
public class TrainerMain {
  private static final int BAD_CONFIGURATION = 2;
  private static final Duration BROKER_WAIT = Duration.ofSeconds(30);

  /**
   * Runs until the service is told to end.
   *
   * @param arguments are handed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    try {
      TrainerConfiguration configuration =
          TrainerConfiguration.of(EnvironmentVariables.ofProcess());
      new StartupCheck(configuration.broker()).requireReachable(BROKER_WAIT);
      try (TopicSetup topics = new TopicSetup(configuration.broker());
          CheckpointStore store = CheckpointStore.connect(configuration.store())) {
        topics.ensureShared();
        store.check();
      }
    } catch (InvalidMessageException | BrokerException | CheckpointStoreException e) {
      System.err.println("trainer-service: " + e.getMessage());
      System.exit(BAD_CONFIGURATION);
    }
    Quarkus.run(arguments);
  }
}
