package deepspeech.cli.stack;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.RestartPolicy;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The settings of the local stack that a user can choose.
 *
 * @param data directory of the broker's data, the store's data and the logs
 * @param datasetRoot root directory of the data sets; the services read data sets only under it
 * @param dataPrepReplicas number of data-prep replicas, 1 to {@value #MOST_REPLICAS}
 * @param dashboard whether the stack has a dashboard
 * @param restarts restart policy of the services
 */
public record StackSettings(
    Path data,
    Path datasetRoot,
    int dataPrepReplicas,
    StackPorts ports,
    boolean dashboard,
    OptionalInt dashboardPort,
    RestartPolicy restarts) {
  private static final int MOST_REPLICAS = 64;

  public StackSettings {
    if (dataPrepReplicas < 1 || dataPrepReplicas > MOST_REPLICAS) {
      throw new CommandFailedException(
          "--data-prep-replicas: %d given, allowed: 1 to %d"
              .formatted(dataPrepReplicas, MOST_REPLICAS));
    }
    StackPorts.require("--dashboard-port", dashboardPort);
  }

  /** Creates the settings of a stack without a dashboard. */
  public StackSettings(
      Path data, Path datasetRoot, int dataPrepReplicas, StackPorts ports, RestartPolicy restarts) {
    this(data, datasetRoot, dataPrepReplicas, ports, false, OptionalInt.empty(), restarts);
  }

  /**
   * These settings with a dashboard.
   *
   * @param port port of the dashboard; empty for the usual one, or any free port if that is taken
   */
  public StackSettings withDashboard(OptionalInt port) {
    return new StackSettings(data, datasetRoot, dataPrepReplicas, ports, true, port, restarts);
  }
}
