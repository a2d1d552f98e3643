package deepspeech.cli.simulation;

import java.util.OptionalInt;

/**
 * The cluster beside its GPUs. What is absent is computed.
 *
 * @param dataPrepCores cores of all replicas of data-prep, from 1
 * @param dataPrepThreads most cores of one replica, from 1
 * @param brokers number of brokers, from {@code replication}
 * @param replication copies of each record, from 1
 * @param broker speed of each broker
 * @param evaluatorCores cores of all evaluators, from 1
 * @param storeMegabytes 10^6 bytes per second at which a trainer writes and uploads a checkpoint,
 *     above 0
 */
public record ClusterServices(
    OptionalInt dataPrepCores,
    int dataPrepThreads,
    OptionalInt brokers,
    int replication,
    BrokerMachine broker,
    OptionalInt evaluatorCores,
    double storeMegabytes) {
  /** The measured rate of write and upload of a checkpoint, in 10^6 bytes per second. */
  public static double measuredStoreMegabytes() {
    return CheckpointLoad.measuredStoreMegabytes();
  }

  /** The highest measured rate through one partition, in 10^6 bytes per second. */
  public static double measuredPartitionMegabytes() {
    return MeasuredFigure.PARTITION.value();
  }
}
