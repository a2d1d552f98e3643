package deepspeech.cli.command;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.simulation.BrokerMachine;
import deepspeech.cli.simulation.ClusterServices;
import deepspeech.cli.simulation.TrainingGpus;
import picocli.CommandLine.Option;

/** Options for the machines of a simulation. */
final class ClusterOptions {
  private static final double FASTEST = 1_000_000;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      required = true,
      description = "all GPUs, 1 to 1024, a multiple of --gpus-per-trainer if more than that")
  private int gpus;

  @Option(
      names = "--gpus-per-trainer",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "GPUs of a machine, which train one run together, 1 to 16; default: ${DEFAULT-VALUE}")
  private int gpusPerTrainer;

  @Option(
      names = "--gpu-tflops",
      paramLabel = "TFLOP/S",
      defaultValue = "67",
      description =
          "peak of a GPU in single precision, 0.001 to 1000000; default: ${DEFAULT-VALUE}, an H100 SXM")
  private double teraflops;

  @Option(
      names = "--gpu-share",
      paramLabel = "SHARE",
      defaultValue = "0.25",
      description =
          "share of the peak that training achieves, 0.001 to 1; default: ${DEFAULT-VALUE}, assumed")
  private double share;

  @Option(
      names = "--gpu-link",
      paramLabel = "GB/S",
      defaultValue = "100",
      description =
          "speed of a copy from one GPU to another, 0.01 to 1000000; default: ${DEFAULT-VALUE},"
              + " assumed")
  private double link;

  @Option(
      names = "--data-prep-cores",
      paramLabel = "N",
      description = "cores of all data-prep replicas, 1 to 100000; default: as many as needed")
  private Integer dataPrepCores;

  @Option(
      names = "--data-prep-threads",
      paramLabel = "N",
      defaultValue = "8",
      description = "most cores of a data-prep replica, 1 to 64; default: ${DEFAULT-VALUE}")
  private int dataPrepThreads;

  @Option(
      names = "--evaluator-cores",
      paramLabel = "N",
      description =
          "cores of all evaluators, two for each, 1 to 100000; default: as many as needed")
  private Integer evaluatorCores;

  @Option(
      names = "--brokers",
      paramLabel = "N",
      description =
          "number of brokers, at least --replication, at most 1000; default: as many as needed")
  private Integer brokers;

  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "3",
      description = "replication factor of the topics, 1 to 10; default: ${DEFAULT-VALUE}")
  private int replication;

  @Option(
      names = "--network",
      paramLabel = "MB/S",
      defaultValue = "1250",
      description =
          "network of a broker in each direction, 0.001 to 1000000; default: ${DEFAULT-VALUE},"
              + " 10 Gbit/s")
  private double network;

  @Option(
      names = "--disk",
      paramLabel = "MB/S",
      defaultValue = "500",
      description =
          "what the disk of a broker writes, 0.001 to 1000000; default: ${DEFAULT-VALUE}, assumed")
  private double disk;

  @Option(
      names = "--partition",
      paramLabel = "MB/S",
      description =
          "what one partition carries, 0.001 to 1000000; default: 222, the highest measured rate, on"
              + " two cores")
  private Double partition;

  @Option(
      names = "--store",
      paramLabel = "MB/S",
      description =
          "at which a trainer writes and uploads a checkpoint, 0.001 to 1000000; default: 23, as"
              + " measured on two cores")
  private Double store;

  /** The GPUs. */
  TrainingGpus gpus() {
    int perTrainer = OptionRange.within("--gpus-per-trainer", gpusPerTrainer, 1, 16);
    int all = OptionRange.within("--gpus", gpus, 1, 1024);
    if (all > perTrainer && all % perTrainer != 0) {
      throw new CommandFailedException(
          "--gpus: %d given, allowed: a multiple of --gpus-per-trainer (%d), or fewer"
              .formatted(all, perTrainer));
    }
    return new TrainingGpus(
        all,
        perTrainer,
        OptionRange.within("--gpu-tflops", teraflops, 0.001, FASTEST),
        OptionRange.within("--gpu-share", share, 0.001, 1),
        OptionRange.within("--gpu-link", link, 0.01, FASTEST));
  }

  /** Everything else. */
  ClusterServices services() {
    int copies = OptionRange.within("--replication", replication, 1, 10);
    return new ClusterServices(
        OptionRange.ifGiven("--data-prep-cores", dataPrepCores, 1, 100_000),
        OptionRange.within("--data-prep-threads", dataPrepThreads, 1, 64),
        OptionRange.ifGiven("--brokers", brokers, copies, 1000),
        copies,
        new BrokerMachine(
            megabytes("--network", network),
            megabytes("--disk", disk),
            partition == null
                ? ClusterServices.measuredPartitionMegabytes()
                : megabytes("--partition", partition)),
        OptionRange.ifGiven("--evaluator-cores", evaluatorCores, 1, 100_000),
        store == null ? ClusterServices.measuredStoreMegabytes() : megabytes("--store", store));
  }

  private static double megabytes(String option, double value) {
    return OptionRange.within(option, value, 0.001, FASTEST);
  }
}
