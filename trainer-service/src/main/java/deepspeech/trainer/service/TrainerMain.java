package deepspeech.trainer.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.start.StartupCheck;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.runtime.start.ServiceStart;
import deepspeech.runtime.start.WritableFolder;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/**
 * Checks the configuration, the broker and the store, and starts the service if all checks pass.
 */
@QuarkusMain
public class TrainerMain {
  /**
   * Lets a restarted trainer rejoin as the same member, so that the group need not wait for the
   * previous process to time out.
   */
  private static final String MEMBER = "mp.messaging.incoming.commands.group.instance.id";

  /**
   * Runs until the service shuts down.
   *
   * @param arguments passed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    new ServiceStart(
            "trainer-service", List.of(BrokerException.class, CheckpointStoreException.class))
        .orExit(TrainerMain::check);
    Quarkus.run(arguments);
  }

  private static void check() throws InterruptedException {
    EnvironmentVariables environment = EnvironmentVariables.ofProcess();
    TracingConfiguration.of(environment).quarkusProperties().forEach(System::setProperty);
    TrainerConfiguration configuration = TrainerConfiguration.of(environment);
    System.setProperty(MEMBER, configuration.trainerId());
    WritableFolder.require(TrainerConfiguration.WORK_DIRECTORY, configuration.workDirectory());
    LifeSocket.requireFree(configuration.lifePort());
    new StartupCheck(configuration.broker()).requireReady(StartupCheck.brokerWait(environment));
    try (CheckpointStore store = CheckpointStore.connect(configuration.store())) {
      store.check();
    }
  }
}
