package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.start.StartupCheck;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.runtime.locale.FileNameEncoding;
import deepspeech.runtime.logging.LogFormat;
import deepspeech.runtime.start.ServiceStart;
import deepspeech.runtime.start.WritableFolder;
import deepspeech.speech.storage.CacheConfiguration;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** Checks the configuration and the broker, and starts the service if all checks pass. */
@QuarkusMain
public class DataPrepMain {
  private static final String SERVICE = "data-prep-service";
  private static final String CONSUMER =
      "mp.messaging.incoming." + BatchRequestConsumer.CHANNEL + ".";

  /**
   * Runs until the service shuts down.
   *
   * @param arguments passed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    new ServiceStart(SERVICE, List.of(BrokerException.class)).orExit(DataPrepMain::check);
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
    if (configuration.objectStore().isPresent()) {
      WritableFolder.require(CacheConfiguration.FOLDER, configuration.cache().folder());
    }
    new StartupCheck(configuration.broker()).requireReady(StartupCheck.brokerWait(environment));
    configureConsumer(configuration);
  }

  /** Sets the properties that the messaging framework reads under its own names. */
  private static void configureConsumer(DataPrepConfiguration configuration) {
    System.setProperty(
        "smallrye.messaging.worker." + BatchRequestConsumer.CHANNEL + ".max-concurrency",
        String.valueOf(configuration.concurrentRequests()));
    System.setProperty(
        CONSUMER + CapacityAssignor.CAPACITY,
        String.valueOf(configuration.capacity(Runtime.getRuntime().maxMemory())));
    configuration
        .instanceId()
        .ifPresent(id -> System.setProperty(CONSUMER + "group.instance.id", id));
  }
}
