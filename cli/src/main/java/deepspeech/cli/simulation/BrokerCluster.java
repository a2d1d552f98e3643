package deepspeech.cli.simulation;

/**
 * The brokers. The feature topic of a run has one partition, so one broker leads a run. Leaders and
 * followers are spread evenly. A leader receives each batch once and sends it to its followers and
 * to the trainer.
 *
 * @param brokers from 1
 * @param replication copies of each record, 1 to {@code brokers}
 * @param machine speed of each broker
 */
record BrokerCluster(int brokers, int replication, BrokerMachine machine) {
  /** More than any pipeline needs. */
  static final BrokerCluster AMPLE = new BrokerCluster(1, 1, BrokerMachine.AMPLE);

  /** The runs that the busiest broker leads. */
  int led(int runs) {
    return (runs + brokers - 1) / brokers;
  }

  /** Copies that the busiest broker sends of each byte of the runs that it leads. */
  int sent() {
    return replication;
  }

  /** The runs of which the busiest broker stores a copy, as leader or follower. */
  int stored(int runs) {
    return (runs * replication + brokers - 1) / brokers;
  }

  /** Time that a batch keeps the partition busy. */
  double partitionSeconds(double bytes) {
    return bytes / TrainingLoad.BYTES_PER_MEGABYTE / machine.partition();
  }

  /** Time that a batch keeps its leader busy, by the network or the disk, whichever is slower. */
  double leaderSeconds(double bytes, int runs) {
    return bytes
        / TrainingLoad.BYTES_PER_MEGABYTE
        * Math.max(sent() / machine.network(), (double) stored(runs) / led(runs) / machine.disk());
  }

  /**
   * Bytes per second of features of all runs that the network allows.
   *
   * @param runs number of runs, which have equal rates
   */
  double networkCapacity(int runs) {
    return TrainingLoad.BYTES_PER_MEGABYTE * machine.network() / sent() / led(runs) * runs;
  }

  /** Bytes per second of features of all runs that the disks allow. */
  double diskCapacity(int runs) {
    return TrainingLoad.BYTES_PER_MEGABYTE * machine.disk() / stored(runs) * runs;
  }

  /** Bytes per second of features of all runs that the partitions allow. */
  double partitionCapacity(int runs) {
    return TrainingLoad.BYTES_PER_MEGABYTE * machine.partition() * runs;
  }

  /** The number of brokers with a speed of theirs, in words. */
  String sized(double megabytes) {
    return "%d x %s MB/s, %d %s of each record"
        .formatted(
            brokers, Amounts.number(megabytes), replication, replication == 1 ? "copy" : "copies");
  }
}
