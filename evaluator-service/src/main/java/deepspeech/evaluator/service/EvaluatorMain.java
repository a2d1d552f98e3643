package deepspeech.evaluator.service;

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
public class EvaluatorMain {
  private static final int CANNOT_START = 2;
  private static final Duration BROKER_WAIT = Duration.ofSeconds(30);

  private EvaluatorMain() {}

  /**
   * Runs until the service is told to end.
   *
   * @param arguments are handed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    // DJL otherwise tells its makers of each start on a machine of their cloud.
    System.setProperty("OPT_OUT_TRACKING", "true");
    try {
      EvaluatorConfiguration configuration =
          EvaluatorConfiguration.of(EnvironmentVariables.ofProcess());
      new StartupCheck(configuration.broker()).requireReachable(BROKER_WAIT);
      try (TopicSetup topics = new TopicSetup(configuration.broker());
          CheckpointStore store = CheckpointStore.connect(configuration.store())) {
        topics.ensureShared();
        store.check();
      }
    } catch (InvalidMessageException | BrokerException | CheckpointStoreException e) {
      System.err.println("evaluator-service: " + e.getMessage());
      System.exit(CANNOT_START);
    }
    Quarkus.run(arguments);
  }
}
