package deepspeech.dataprep.service;

import deepspeech.broker.ServiceStart;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** Checks configuration and broker, and starts the service if all is well. */
@QuarkusMain
public class DataPrepMain {
  /**
   * Runs until the service is told to end.
   *
   * @param arguments are handed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    new ServiceStart("data-prep-service", List.of()).orExit(DataPrepMain::check);
    Quarkus.run(arguments);
  }

  private static void check() throws InterruptedException {
    TracingConfiguration.of(EnvironmentVariables.ofProcess())
        .quarkusProperties()
        .forEach(System::setProperty);
    DataPrepConfiguration configuration =
        DataPrepConfiguration.of(EnvironmentVariables.ofProcess());
    ServiceStart.requireBroker(configuration.broker(), configuration.brokerWait());
    configureConsumer(configuration);
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
