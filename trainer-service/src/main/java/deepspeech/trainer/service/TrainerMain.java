package deepspeech.trainer.service;

import deepspeech.broker.ServiceStart;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.time.Duration;
import java.util.List;

/** Checks configuration, broker and store, and starts the service if all is well. */
@QuarkusMain
public class TrainerMain {
  private static final Duration BROKER_WAIT = Duration.ofSeconds(30);

  /** A restarted trainer is known as the same member of the group, which need not wait for it. */
  private static final String MEMBER = "mp.messaging.incoming.commands.group.instance.id";

  /**
   * Runs until the service is told to end.
   *
   * @param arguments are handed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    new ServiceStart("trainer-service", List.of(CheckpointStoreException.class))
        .orExit(TrainerMain::check);
    Quarkus.run(arguments);
  }

  private static void check() throws InterruptedException {
    TracingConfiguration.of(EnvironmentVariables.ofProcess())
        .quarkusProperties()
        .forEach(System::setProperty);
    TrainerConfiguration configuration = TrainerConfiguration.of(EnvironmentVariables.ofProcess());
    System.setProperty(MEMBER, configuration.trainerId());
    ServiceStart.requireBroker(configuration.broker(), BROKER_WAIT);
    try (CheckpointStore store = CheckpointStore.connect(configuration.store())) {
      store.check();
    }
  }
}
