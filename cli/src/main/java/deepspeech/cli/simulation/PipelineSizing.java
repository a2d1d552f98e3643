package deepspeech.cli.simulation;

import java.util.Optional;

/**
 * The smallest data-prep, and with it the fewest brokers, with which GPUs hardly wait, found by
 * simulation. The partitions of the feature topics are taken as fast enough, because nothing can be
 * added to them.
 */
final class PipelineSizing {
  /** GPUs may wait for this share of the time. */
  static final double ACCEPTED_WAITING = 0.01;

  /** And for this share because of data-prep alone, so that something is left for the brokers. */
  private static final double ACCEPTED_OF_DATA_PREP = ACCEPTED_WAITING / 2;

  /** How much larger than by flow balance data-prep may get before the window is too small. */
  private static final int MOST_TIMES_FLOW_BALANCE = 4;

  private static final int FURTHER_REPLICAS = 8;

  private final PipelineModel pipeline;

  PipelineSizing(PipelineModel pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * The fewest replicas that suffice, or one with fewer cores.
   *
   * @param threads most cores of a replica, from 1
   * @return empty if no number suffices, because too few batches are requested ahead
   */
  Optional<DataPrepReplicas> dataPrep(int threads) {
    if (!canWindowSuffice(threads)) {
      return Optional.empty();
    }
    for (int fewer = 1; fewer < threads; fewer++) {
      DataPrepReplicas candidate = new DataPrepReplicas(1, fewer);
      if (isEnough(candidate)) {
        return Optional.of(candidate);
      }
    }
    int fewest = (int) Math.max(1, pipeline.preparationCores() / threads);
    int most = MOST_TIMES_FLOW_BALANCE * fewest + FURTHER_REPLICAS;
    for (int replicas = fewest; replicas <= most; replicas++) {
      DataPrepReplicas candidate = new DataPrepReplicas(replicas, threads);
      if (isEnough(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Flow balance rules most candidates out without a simulation. */
  private boolean isEnough(DataPrepReplicas candidate) {
    return candidate.usableCores() >= pipeline.preparationCores() * (1 - ACCEPTED_WAITING)
        && waiting(candidate, BrokerCluster.AMPLE) <= ACCEPTED_OF_DATA_PREP;
  }

  /**
   * No more than the window arrives in the time from a request to its batch, however many replicas
   * there are (Lazowska et al., 1984, chapter 5). Spares the search that cannot succeed.
   */
  private boolean canWindowSuffice(int threads) {
    double preparation = pipeline.batchSeconds() * pipeline.load().preparationSeconds() / threads;
    double roundTrip = preparation + 2 * PipelineModel.LATENCY_SECONDS;
    return pipeline.batchesAhead() / roundTrip >= (1 - ACCEPTED_WAITING) / pipeline.stepSeconds();
  }

  /**
   * The fewest brokers that suffice. The only partition of a run has one leader, so further brokers
   * help until each has one copy of one run.
   *
   * @param dataPrep the replicas that feed them
   * @param replication copies of each record, from 1
   * @return empty if no number suffices
   */
  Optional<BrokerCluster> brokers(
      DataPrepReplicas dataPrep, int replication, BrokerMachine machine) {
    BrokerMachine withoutPartition =
        new BrokerMachine(machine.network(), machine.disk(), Double.POSITIVE_INFINITY);
    int most = replication * pipeline.gpus().trainers();
    for (int brokers = replication; brokers <= most; brokers++) {
      BrokerCluster candidate = new BrokerCluster(brokers, replication, withoutPartition);
      if (isEnough(dataPrep, candidate)) {
        return Optional.of(new BrokerCluster(brokers, replication, machine));
      }
    }
    return Optional.empty();
  }

  private boolean isEnough(DataPrepReplicas dataPrep, BrokerCluster candidate) {
    int runs = pipeline.gpus().trainers();
    double bytes = Math.min(candidate.networkCapacity(runs), candidate.diskCapacity(runs)) / runs;
    return bytes >= pipeline.bytesPerRun() * (1 - ACCEPTED_WAITING)
        && waiting(dataPrep, candidate) <= ACCEPTED_WAITING;
  }

  private double waiting(DataPrepReplicas replicas, BrokerCluster brokers) {
    return pipeline.feed(replicas, brokers).waitingShare();
  }
}
