package deepspeech.cli.command;

import deepspeech.cli.process.RestartPolicy;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.StackPorts;
import deepspeech.cli.stack.StackReplicas;
import deepspeech.cli.stack.StackSettings;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/**
 * Options for the data directories, the ports, and the number of trainers, evaluators and data-prep
 * replicas of a local stack.
 */
final class StackOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "directory of the data of broker and store, the logs and the demo corpus, kept for the next"
              + " start; default: deploy/local/data")
  private Path data;

  @Option(
      names = "--dataset-root",
      paramLabel = "DIR",
      description =
          "the only directory from which the services read data sets; default: dataset in --data")
  private Path datasetRoot;

  @Option(
      names = "--trainers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "number of trainers, each of which trains one run at a time, 1 to 64; default: ${DEFAULT-VALUE}")
  private int trainers;

  @Option(
      names = "--evaluators",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "number of evaluators that share the tests of checkpoints, 1 to 64; default: ${DEFAULT-VALUE}")
  private int evaluators;

  @Option(
      names = "--data-prep-replicas",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "number of data-prep services that share the work, 1 to 64; default: ${DEFAULT-VALUE}")
  private int dataPrepReplicas;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "port of the broker; default: 9092, or a free one if that is taken")
  private Integer kafkaPort;

  @Option(
      names = "--s3-port",
      paramLabel = "PORT",
      description = "port of the store; default: 9000, or a free one if that is taken")
  private Integer s3Port;

  @Option(
      names = "--data-prep-port",
      paramLabel = "PORT",
      description =
          "health port of the first data-prep replica; default: 8083, or a free one if that is taken")
  private Integer dataPrepPort;

  @Option(
      names = "--trainer-port",
      paramLabel = "PORT",
      description =
          "health port of the first trainer; default: 8081, or a free one if that is taken")
  private Integer trainerPort;

  @Option(
      names = "--evaluator-port",
      paramLabel = "PORT",
      description =
          "health port of the first evaluator; default: 8082, or a free one if that is taken")
  private Integer evaluatorPort;

  /**
   * The settings that the options give.
   *
   * @param restarts restart policy of the services
   */
  StackSettings settings(Installation installation, RestartPolicy restarts) {
    Path directory =
        (data == null ? installation.defaultDataDirectory() : data).toAbsolutePath().normalize();
    Path root =
        (datasetRoot == null ? directory.resolve("dataset") : datasetRoot)
            .toAbsolutePath()
            .normalize();
    return new StackSettings(
        directory,
        root,
        new StackReplicas(trainers, evaluators, dataPrepReplicas),
        new StackPorts(
            optional(kafkaPort),
            optional(s3Port),
            optional(dataPrepPort),
            optional(trainerPort),
            optional(evaluatorPort)),
        restarts);
  }

  private static OptionalInt optional(Integer port) {
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }
}
