package deepspeech.evaluator.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.start.StartupCheck;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.runtime.start.ServiceStart;
import deepspeech.runtime.start.WritableFolder;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** Checks configuration, broker and store, and starts the service if all checks pass. */
@QuarkusMain
public class EvaluatorMain {
  /**
   * Runs until the service is asked to stop.
   *
   * @param arguments are passed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    // Otherwise DJL looks for newer libraries, and reports each start to a cloud service of its
    // vendor.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty(
        "mp.messaging.incoming.checkpoints.client.id", EvaluatorName.OF_THIS_PROCESS);
    new ServiceStart(
            "evaluator-service", List.of(BrokerException.class, CheckpointStoreException.class))
        .orExit(EvaluatorMain::check);
    EndSignals.handle();
    Quarkus.run(arguments);
  }

  private static void check() throws InterruptedException {
    EnvironmentVariables environment = EnvironmentVariables.ofProcess();
    TracingConfiguration.of(environment).quarkusProperties().forEach(System::setProperty);
    EvaluatorConfiguration configuration = EvaluatorConfiguration.of(environment);
    WritableFolder.require(EvaluatorConfiguration.WORK_DIRECTORY, configuration.workDirectory());
    if (configuration.device().gpu() != ComputeDevice.NO_GPU) {
      configuration.device().requireUsable(EvaluatorConfiguration.GPU);
    }
    new StartupCheck(configuration.broker()).requireReady(StartupCheck.brokerWait(environment));
    try (CheckpointStore store = CheckpointStore.connect(configuration.store())) {
      store.check();
    }
  }
}
