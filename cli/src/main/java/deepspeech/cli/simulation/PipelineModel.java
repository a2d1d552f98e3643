package deepspeech.cli.simulation;

import deepspeech.broker.feed.Prefetch;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pipeline of a cluster: the capacity of each station by flow balance (Lazowska et al.,
 * Quantitative System Performance, 1984, chapter 3), and by simulation what trainers wait for
 * batches, which flow balance alone does not show.
 */
final class PipelineModel {
  /** Latency of a request or a batch through Kafka, beside its transfer. Assumed, not measured. */
  static final double LATENCY_SECONDS = 0.01;

  /** Name of the station that stands for the feature topics. */
  static final String PARTITIONS = "one partition per run";

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long SEED = 1;

  /** Steps of all trainers that are measured, unless that is less than each batch once. */
  private static final int STEPS = 50_000;

  private static final int MOST_ROUNDS = 4;
  private static final int WARM_UP_WINDOWS = 5;

  private final TrainingLoad load;
  private final ModelCost model;
  private final TrainingGpus gpus;
  private final BatchSample sample;

  PipelineModel(TrainingLoad load, ModelCost model, TrainingGpus gpus) {
    this.load = load;
    this.model = model;
    this.gpus = gpus;
    this.sample = BatchSample.draw(load.utteranceSeconds(), load.batchSize(), gpus.devices(), SEED);
  }

  /** The same pipeline with another number of batches ahead. */
  PipelineModel withBatchesAhead(int batches) {
    return new PipelineModel(load.withBatchesAhead(batches), model, gpus);
  }

  TrainingLoad load() {
    return load;
  }

  ModelCost model() {
    return model;
  }

  TrainingGpus gpus() {
    return gpus;
  }

  /** Batches of an epoch of one run. */
  long batches() {
    double seconds = load.hours() * TrainingLoad.SECONDS_PER_HOUR;
    return Math.max(1, Math.round(seconds / sample.meanSeconds()));
  }

  /** Mean seconds of audio of a batch. */
  double batchSeconds() {
    return sample.meanSeconds();
  }

  /** Mean bytes of features of a batch. */
  double batchBytes() {
    return batchSeconds() * TrainingLoad.FEATURE_BYTES_PER_SECOND;
  }

  /** Bytes of features of the largest possible batch, with which the first epoch may begin. */
  double largestBatchBytes() {
    return (double) load.batchSize()
        * gpus.devices()
        * BatchSample.LONGEST_SECONDS
        * TrainingLoad.FEATURE_BYTES_PER_SECOND;
  }

  /** Batches that a trainer requests ahead: those given, or as many as last 15 s. */
  int batchesAhead() {
    return load.batchesAhead()
        .orElseGet(
            () ->
                Prefetch.ofTraining(Long.MAX_VALUE)
                    .batches(Math.round(stepSeconds() * NANOS_PER_SECOND)));
  }

  /** Mean time of a step. */
  double stepSeconds() {
    return sample.batches().stream().mapToDouble(this::stepSeconds).average().orElseThrow();
  }

  private double stepSeconds(SampledBatch batch) {
    return gpus.computingSeconds(model, batch.largestShare()) + gpus.exchangeSeconds(model);
  }

  /** Seconds of audio per second that all trainers train on if they never wait. */
  double trainingRate() {
    return gpus.trainers() * batchSeconds() / stepSeconds();
  }

  /** Bytes of features per second of one run that never waits. */
  double bytesPerRun() {
    return trainingRate() / gpus.trainers() * TrainingLoad.FEATURE_BYTES_PER_SECOND;
  }

  /** Cores that data-prep keeps busy if no trainer waits. */
  double preparationCores() {
    return trainingRate() * load.preparationSeconds();
  }

  /** The stations that a batch passes through. */
  List<StationLoad> stations(DataPrepReplicas replicas, BrokerCluster brokers) {
    int runs = gpus.trainers();
    BrokerMachine machine = brokers.machine();
    return List.of(
        new StationLoad("GPUs", Integer.toString(gpus.gpus()), trainingRate()),
        new StationLoad(
            "data-prep", replicas.toString(), replicas.usableCores() / load.preparationSeconds()),
        new StationLoad(
            PARTITIONS,
            "%d x %s MB/s".formatted(runs, Amounts.number(machine.partition())),
            audio(brokers.partitionCapacity(runs))),
        new StationLoad(
            "broker network",
            brokers.sized(machine.network()),
            audio(brokers.networkCapacity(runs))),
        new StationLoad(
            "broker disk", brokers.sized(machine.disk()), audio(brokers.diskCapacity(runs))));
  }

  private static double audio(double bytes) {
    return bytes / TrainingLoad.FEATURE_BYTES_PER_SECOND;
  }

  /** Simulates a part of an epoch. */
  FeedOutcome feed(DataPrepReplicas replicas, BrokerCluster brokers) {
    // Rounds of all batches, so that what is measured has the mean length.
    int warmUp = BatchSample.BATCHES * (1 + WARM_UP_WINDOWS * batchesAhead() / BatchSample.BATCHES);
    int rounds = STEPS / gpus.trainers() / BatchSample.BATCHES;
    int measured = BatchSample.BATCHES * Math.max(1, Math.min(MOST_ROUNDS, rounds));
    List<List<BatchTimes>> batches =
        IntStream.range(0, gpus.trainers())
            .mapToObj(
                trainer ->
                    sample.sequence(warmUp + measured, SEED + trainer).stream()
                        .map(batch -> times(batch, replicas, brokers))
                        .toList())
            .toList();
    return new FeedSimulation(
            new FeedTopology(replicas, brokers.brokers(), batchesAhead(), LATENCY_SECONDS),
            batches,
            warmUp,
            SEED)
        .run();
  }

  private BatchTimes times(SampledBatch batch, DataPrepReplicas replicas, BrokerCluster brokers) {
    double bytes = batch.seconds() * TrainingLoad.FEATURE_BYTES_PER_SECOND;
    return new BatchTimes(
        replicas.seconds(batch.seconds() * load.preparationSeconds(), batch.utterances()),
        brokers.partitionSeconds(bytes),
        brokers.leaderSeconds(bytes, gpus.trainers()),
        stepSeconds(batch));
  }
}
