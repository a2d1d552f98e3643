package deepspeech.cli.simulation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a cluster achieves, and what it needs so that its GPUs hardly wait. */
public final class Forecast {
  /** Cores of data-prep, relative to busy ones, from which more batches ahead are worth a look. */
  private static final double CLEARLY_MORE = 1.5;

  private final PipelineModel pipeline;
  private final ClusterServices services;
  private final Optional<DataPrepReplicas> neededDataPrep;
  private final Optional<BrokerCluster> neededBrokers;
  private final DataPrepReplicas dataPrep;
  private final BrokerCluster brokers;
  private final FeedOutcome feed;
  private final CheckpointLoad checkpoints;
  private final TestLoad tests;
  private final EvaluatorPool neededEvaluators;
  private final EvaluatorPool evaluators;

  /** Computes the forecast. */
  public Forecast(TrainingLoad load, ModelCost model, TrainingGpus gpus, ClusterServices services) {
    this.pipeline = new PipelineModel(load, model, gpus);
    this.services = services;
    neededDataPrep = new PipelineSizing(pipeline).dataPrep(services.dataPrepThreads());
    neededBrokers =
        new PipelineSizing(pipeline)
            .brokers(
                neededDataPrep.orElse(DataPrepReplicas.AMPLE),
                services.replication(),
                services.broker());
    dataPrep =
        services.dataPrepCores().isPresent()
            ? replicas(services.dataPrepCores().getAsInt())
            : neededDataPrep.orElseGet(() -> replicas((int) Math.ceil(preparationCores())));
    int brokerCount =
        services
            .brokers()
            .orElseGet(
                () ->
                    neededBrokers
                        .map(BrokerCluster::brokers)
                        .orElse(Math.max(services.replication(), gpus.trainers())));
    brokers = new BrokerCluster(brokerCount, services.replication(), services.broker());
    feed = pipeline.feed(dataPrep, brokers);
    checkpoints = checkpoints(pipeline.stepSeconds() / (1 - feed.waitingShare()));
    tests = new TestLoad(load, model, gpus.trainers(), checkpoints);
    neededEvaluators =
        new TestLoad(load, model, gpus.trainers(), checkpoints(pipeline.stepSeconds())).needed();
    evaluators =
        services.evaluatorCores().isPresent()
            ? EvaluatorPool.ofCores(services.evaluatorCores().getAsInt())
            : neededEvaluators;
  }

  private CheckpointLoad checkpoints(double stepSeconds) {
    return new CheckpointLoad(
        pipeline.model(),
        pipeline.batches(),
        pipeline.load().checkpointEvery(),
        stepSeconds,
        services.storeMegabytes());
  }

  private DataPrepReplicas replicas(int cores) {
    int count = (cores + services.dataPrepThreads() - 1) / services.dataPrepThreads();
    return new DataPrepReplicas(count, (double) cores / count);
  }

  private double preparationCores() {
    return pipeline.preparationCores();
  }

  PipelineModel pipeline() {
    return pipeline;
  }

  ClusterServices services() {
    return services;
  }

  /** The replicas that GPUs need; empty if no number suffices. */
  Optional<DataPrepReplicas> neededDataPrep() {
    return neededDataPrep;
  }

  /**
   * The replicas that GPUs need with more batches ahead, if that is clearly fewer.
   *
   * @param batchesAhead more than now
   */
  Optional<DataPrepReplicas> neededDataPrep(int batchesAhead) {
    double now = neededDataPrep.map(DataPrepReplicas::cores).orElse(Double.POSITIVE_INFINITY);
    if (now < CLEARLY_MORE * pipeline.preparationCores() + services.dataPrepThreads()) {
      return Optional.empty();
    }
    return new PipelineSizing(pipeline.withBatchesAhead(batchesAhead))
        .dataPrep(services.dataPrepThreads())
        .filter(fewer -> fewer.cores() < now);
  }

  /** The brokers that GPUs need; empty if no number of such brokers suffices. */
  Optional<BrokerCluster> neededBrokers() {
    return neededBrokers;
  }

  /** The replicas of the cluster: those given, otherwise those needed. */
  DataPrepReplicas dataPrep() {
    return dataPrep;
  }

  /** The brokers of the cluster: those given, otherwise those needed. */
  BrokerCluster brokers() {
    return brokers;
  }

  CheckpointLoad checkpoints() {
    return checkpoints;
  }

  TestLoad tests() {
    return tests;
  }

  /** The evaluators that keep up if GPUs do not wait for batches. */
  EvaluatorPool neededEvaluators() {
    return neededEvaluators;
  }

  /** The evaluators of the cluster: those given, otherwise those needed. */
  EvaluatorPool evaluators() {
    return evaluators;
  }

  /** Length of an epoch of each run. */
  double epochSeconds() {
    return checkpoints.epochSeconds();
  }

  /** Share of an epoch in which GPUs compute, 0 to 1. */
  double computingShare() {
    return shareOfSteps() - exchangeShare();
  }

  /** Share of an epoch in which GPUs exchange gradients and weights, 0 to 1. */
  double exchangeShare() {
    return shareOfSteps()
        * pipeline.gpus().exchangeSeconds(pipeline.model())
        / pipeline.stepSeconds();
  }

  private double shareOfSteps() {
    return pipeline.batches() * pipeline.stepSeconds() / epochSeconds();
  }

  /** Share of an epoch in which GPUs wait for batches, 0 to 1. */
  double waitingShare() {
    return pipeline.batches() * checkpoints.stepSeconds() * feed.waitingShare() / epochSeconds();
  }

  /** Share of an epoch in which GPUs wait because of checkpoints, 0 to 1. */
  double checkpointShare() {
    return checkpoints.stallSeconds() / epochSeconds();
  }

  /** Seconds of audio per second of all runs while they train. */
  double audioRate() {
    return feed.stepsPerSecond() * pipeline.batchSeconds();
  }

  /** The stations of the cluster. */
  List<StationLoad> stations() {
    return pipeline.stations(dataPrep, brokers);
  }

  /** What limits the length of an epoch, in words. */
  String limit() {
    StationLoad slowest =
        stations().stream().min(Comparator.comparingDouble(StationLoad::capacity)).orElseThrow();
    String limit = slowest.name();
    if (slowest.capacity() >= pipeline.trainingRate()) {
      limit =
          feed.waitingShare() > PipelineSizing.ACCEPTED_WAITING
              ? "GPUs, and too few batches ahead (%d)".formatted(pipeline.batchesAhead())
              : "GPUs";
    }
    return checkpointShare() > PipelineSizing.ACCEPTED_WAITING
        ? limit + ", and checkpoints"
        : limit;
  }
}
