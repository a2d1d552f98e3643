package deepspeech.cli.stack;

import deepspeech.cli.process.RestartPolicy;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The settings of the local stack that a user can choose.
 *
 * @param data directory of the broker's data, the store's data and the logs
 * @param datasetRoot root directory of the data sets; the services read data sets only under it
 * @param replicas how many instances of each service there are
 * @param dashboard whether the stack has a dashboard
 * @param restarts restart policy of the services
 */
public record StackSettings(
    Path data,
    Path datasetRoot,
    StackReplicas replicas,
    StackPorts ports,
    boolean dashboard,
    OptionalInt dashboardPort,
    RestartPolicy restarts) {
  public StackSettings {
    StackPorts.require("--dashboard-port", dashboardPort);
  }

  /** Creates the settings of a stack without a dashboard. */
  public StackSettings(
      Path data,
      Path datasetRoot,
      StackReplicas replicas,
      StackPorts ports,
      RestartPolicy restarts) {
    this(data, datasetRoot, replicas, ports, false, OptionalInt.empty(), restarts);
  }

  /**
   * These settings with a dashboard.
   *
   * @param port port of the dashboard; empty for the usual one, or any free port if that is taken
   */
  public StackSettings withDashboard(OptionalInt port) {
    return new StackSettings(data, datasetRoot, replicas, ports, true, port, restarts);
  }
}
