package deepspeech.dataprep.service;

import deepspeech.broker.ServiceStart;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.operations.locale.FileNameEncoding;
import deepspeech.operations.logging.LogFormat;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** Checks the configuration and the broker, and starts the service if all checks pass. */
@QuarkusMain
public class DataPrepMain {
  private static final String SERVICE = "data-prep-service";

  /**
   * Runs until the service shuts down.
   *
   * @param arguments passed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    new ServiceStart(SERVICE, List.of()).orExit(DataPrepMain::check);
    Quarkus.run(arguments);
  }

  private static void check() throws InterruptedException {
    EnvironmentVariables environment = EnvironmentVariables.ofProcess();
    // Only this service needs the warning, because the other services open no files that a user has
    // named.
    FileNameEncoding.ofProcess()
        .warning()
        .ifPresent(line -> System.err.println(LogFormat.of(environment).warning(SERVICE, line)));
    TracingConfiguration.of(environment).quarkusProperties().forEach(System::setProperty);
    DataPrepConfiguration configuration = DataPrepConfiguration.of(environment);
    ServiceStart.requireBroker(configuration.broker(), configuration.brokerWait());
    configureConsumer(configuration);
  }

  /** Sets the properties that the messaging framework reads under its own names. */
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
