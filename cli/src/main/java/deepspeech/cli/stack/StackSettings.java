package deepspeech.cli.stack;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of the local stack that a user can choose.
 *
 * @param data directory of the broker's data, the store's data and the logs
 * @param datasetRoot root directory of the data sets; the services read data sets only under it
 * @param replicas how many instances of each service there are
 * @param dashboard whether the stack has a dashboard
 * @param restarts restart policy of the services
 * @param placement the cores of the parts; empty if each part may use all
 */
public record StackSettings(
    Path data,
    Path datasetRoot,
    StackReplicas replicas,
    StackPorts ports,
    boolean dashboard,
    OptionalInt dashboardPort,
    RestartPolicy restarts,
    Optional<CorePlacement> placement) {
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
    this(
        data, datasetRoot, replicas, ports, false, OptionalInt.empty(), restarts, Optional.empty());
  }

  /**
   * These settings with a dashboard.
   *
   * @param port port of the dashboard; empty for the usual one, or any free port if that is taken
   */
  public StackSettings withDashboard(OptionalInt port) {
    return new StackSettings(data, datasetRoot, replicas, ports, true, port, restarts, placement);
  }

  /** These settings with cores for the trainers and others for the other parts. */
  public StackSettings withPlacement(CorePlacement cores) {
    return new StackSettings(
        data, datasetRoot, replicas, ports, dashboard, dashboardPort, restarts, Optional.of(cores));
  }

  /**
   * Creates the folders that are missing.
   *
   * @throws CommandFailedException naming the option whose folder cannot be used
   */
  void createDirectories() {
    try {
      boolean own = datasetRoot.startsWith(data);
      if (!own && !Files.isDirectory(datasetRoot)) {
        throw new CommandFailedException(
            "--dataset-root: \"%s\" given, allowed: an existing folder".formatted(datasetRoot));
      }
      Files.createDirectories(data);
      if (own) {
        Files.createDirectories(datasetRoot);
      }
    } catch (IOException e) {
      throw new CommandFailedException("--data: %s cannot be written: %s".formatted(data, e), e);
    }
  }
}
