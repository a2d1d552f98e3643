package deepspeech.cli.stack;

import deepspeech.cli.CommandFailedException;
import deepspeech.cli.process.RestartPolicy;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What a person can choose about the local stack. A port that is not given is the usual one, or any
 * free one where that is taken.
 *
 * @param data directory that holds the broker's and the store's data, and the logs
 * @param datasetRoot the services read data sets under it alone
 * @param dataPrepReplicas 1 to 16
 * @param dashboard whether there is a dashboard
 * @param restarts when a service that ended is started again
 */
public record StackSettings(
    Path data,
    Path datasetRoot,
    int dataPrepReplicas,
    OptionalInt kafkaPort,
    OptionalInt s3Port,
    OptionalInt dataPrepPort,
    OptionalInt trainerPort,
    OptionalInt evaluatorPort,
    boolean dashboard,
    OptionalInt dashboardPort,
    RestartPolicy restarts) {
  public StackSettings {
    if (dataPrepReplicas < 1 || dataPrepReplicas > Topics.BATCH_REQUEST_PARTITIONS) {
      throw new CommandFailedException(
          "--data-prep-replicas: %d given, allowed: 1 to %d"
              .formatted(dataPrepReplicas, Topics.BATCH_REQUEST_PARTITIONS));
    }
    requirePort("--kafka-port", kafkaPort);
    requirePort("--s3-port", s3Port);
    requirePort("--data-prep-port", dataPrepPort);
    requirePort("--trainer-port", trainerPort);
    requirePort("--evaluator-port", evaluatorPort);
    requirePort("--dashboard-port", dashboardPort);
  }

  /** A stack without a dashboard. */
  public StackSettings(
      Path data,
      Path datasetRoot,
      int dataPrepReplicas,
      OptionalInt kafkaPort,
      OptionalInt s3Port,
      OptionalInt dataPrepPort,
      OptionalInt trainerPort,
      OptionalInt evaluatorPort,
      RestartPolicy restarts) {
    this(
        data,
        datasetRoot,
        dataPrepReplicas,
        kafkaPort,
        s3Port,
        dataPrepPort,
        trainerPort,
        evaluatorPort,
        false,
        OptionalInt.empty(),
        restarts);
  }

  /**
   * The same with a dashboard.
   *
   * @param port empty for the usual one, or a free one
   */
  public StackSettings withDashboard(OptionalInt port) {
    return new StackSettings(
        data,
        datasetRoot,
        dataPrepReplicas,
        kafkaPort,
        s3Port,
        dataPrepPort,
        trainerPort,
        evaluatorPort,
        true,
        port,
        restarts);
  }

  private static void requirePort(String option, OptionalInt port) {
    if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65_535)) {
      throw new CommandFailedException(
          "%s: %d given, allowed: 1 to 65535".formatted(option, port.getAsInt()));
    }
  }
}
