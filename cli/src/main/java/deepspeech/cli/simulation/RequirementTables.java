package deepspeech.cli.simulation;

import deepspeech.cli.table.AlignedTable;
import java.util.List;

/** What must be there so that GPUs hardly wait, and what the runs take of memory and disks. */
final class RequirementTables {
  /** Batches in a trainer beside those ahead: the one in use, and one that is being joined. */
  private static final int FURTHER_BATCHES = 2;

  /** With so many times the batches ahead the table shows the replicas, if they are fewer. */
  private static final int FURTHER_TIMES_AHEAD = 4;

  /** Memory of a batch in data-prep relative to its features ({@code BatchMemoryBudget}). */
  private static final double COPIES_IN_DATA_PREP = 2.5;

  /** Share of data-prep's heap that batches may take. */
  private static final double HEAP_SHARE = 0.35;

  /** Used batches that stay in the feature topic, and the segment that is being written. */
  private static final double TOPIC_BYTES = 192e6;

  /** 16-bit samples at 16 kHz. */
  private static final double WAV_BYTES_PER_SECOND = 32_000;

  private final Forecast forecast;
  private final PipelineModel pipeline;
  private final BrokerCluster brokers;
  private final int runs;

  RequirementTables(Forecast forecast) {
    this.forecast = forecast;
    this.pipeline = forecast.pipeline();
    this.brokers = forecast.brokers();
    this.runs = pipeline.gpus().trainers();
  }

  /** The services that keep GPUs busy and test every checkpoint. */
  AlignedTable services() {
    AlignedTable table =
        new AlignedTable(
            List.of(
                "NEEDED SO THAT GPUS WAIT AT MOST "
                    + Amounts.percent(PipelineSizing.ACCEPTED_WAITING),
                "",
                ""));
    addDataPrep(table);
    addBrokers(table);
    addEvaluators(table);
    return table;
  }

  /** Memory, disks and store. */
  AlignedTable space() {
    AlignedTable table = new AlignedTable(List.of("MEMORY AND DISKS", "", ""));
    addMemory(table);
    addStore(table);
    return table;
  }

  private void addDataPrep(AlignedTable table) {
    add(
        table,
        "data-prep",
        forecast.neededDataPrep().map(DataPrepReplicas::toString).orElse("no number suffices"),
        forecast.neededDataPrep().isPresent()
            ? "%s cores are busy".formatted(Amounts.number(pipeline.preparationCores()))
            : "with --batches-ahead %d".formatted(pipeline.batchesAhead()));
    int further = FURTHER_TIMES_AHEAD * pipeline.batchesAhead();
    forecast
        .neededDataPrep(further)
        .ifPresent(
            fewer ->
                add(table, "... with --batches-ahead %d".formatted(further), fewer.toString(), ""));
    add(
        table,
        "reading of recordings",
        Amounts.number(pipeline.trainingRate() * WAV_BYTES_PER_SECOND / 1e6) + " MB/s",
        pipeline.load().format() == RecordingFormat.WAV ? "" : "at most, as compressed files");
  }

  private void addBrokers(AlignedTable table) {
    double megabytes = pipeline.bytesPerRun() / TrainingLoad.BYTES_PER_MEGABYTE;
    double partition = brokers.machine().partition();
    add(
        table,
        "partition of each run",
        Amounts.number(megabytes) + " MB/s",
        megabytes > partition
            ? "more than the %s MB/s of --partition".formatted(Amounts.number(partition))
            : "");
    double leader = brokers.led(runs) * brokers.sent() * megabytes;
    add(
        table,
        "brokers",
        forecast
            .neededBrokers()
            .map(needed -> needed.brokers() + " of " + machine(needed.machine()))
            .orElse("no number of " + machine(brokers.machine())),
        "the busiest of %d sends %s MB/s and writes %s MB/s"
            .formatted(
                brokers.brokers(),
                Amounts.number(leader),
                Amounts.number(brokers.stored(runs) * megabytes)));
    double busy = MeasuredFigure.BROKER.value() / 1000 * megabytes * runs;
    add(table, "CPU of brokers and consumers", Amounts.number(busy) + " cores", "for one copy");
  }

  private static String machine(BrokerMachine machine) {
    return "%s MB/s network, %s MB/s disk"
        .formatted(Amounts.number(machine.network()), Amounts.number(machine.disk()));
  }

  private void addEvaluators(AlignedTable table) {
    TestLoad tests = forecast.tests();
    EvaluatorPool pool = forecast.evaluators();
    add(
        table,
        "evaluators",
        forecast.neededEvaluators().toString(),
        Amounts.counted((double) forecast.checkpoints().perEpoch(), "checkpoint", "checkpoints")
            + " per epoch of each run");
    add(
        table,
        "from a checkpoint to its test result",
        tests.busy(pool) > 1 ? "grows" : Amounts.time(tests.longestDelaySeconds(pool)),
        tests.busy(pool) > 1
            ? "%s cores of evaluators fall behind".formatted(Amounts.number(pool.cores()))
            : "at most, with %s cores of evaluators".formatted(Amounts.number(pool.cores())));
  }

  private void addMemory(AlignedTable table) {
    TrainingLoad load = pipeline.load();
    int batches = pipeline.batchesAhead() + FURTHER_BATCHES;
    add(
        table,
        "batches in the heap of a trainer",
        Amounts.bytes(batches * pipeline.batchBytes()),
        "%d batches, at most an eighth of the heap; %s if all have the longest utterances"
            .formatted(batches, Amounts.bytes(batches * pipeline.largestBatchBytes())));
    add(
        table,
        "heap of a data-prep replica",
        Amounts.bytes(
            Math.max(
                2 * COPIES_IN_DATA_PREP * pipeline.batchBytes() / HEAP_SHARE,
                COPIES_IN_DATA_PREP * pipeline.largestBatchBytes())),
        "at least: two batches at a time, or one of the longest utterances");
    double topic = TOPIC_BYTES + pipeline.batchesAhead() * pipeline.batchBytes() + load.testBytes();
    add(
        table,
        "disk of the feature topics",
        Amounts.bytes(topic * runs * brokers.replication()),
        "%d copies, %s of them test batches"
            .formatted(
                brokers.replication(),
                Amounts.bytes(load.testBytes() * runs * brokers.replication())));
  }

  private void addStore(AlignedTable table) {
    CheckpointLoad checkpoints = forecast.checkpoints();
    double bytes = pipeline.model().checkpointBytes();
    add(
        table,
        "store, checkpoints that are kept",
        Amounts.bytes(bytes * CheckpointLoad.KEPT * runs),
        "%s each, %d of each run; up to DEEPSPEECH_PENDING_GIGABYTES more that wait for a test"
            .formatted(Amounts.bytes(bytes), CheckpointLoad.KEPT));
    add(
        table,
        "store, written",
        Amounts.number(bytes * checkpoints.perEpoch() * runs / forecast.epochSeconds() / 1e6)
            + " MB/s",
        "a checkpoint takes %s from the copy to the commit"
            .formatted(Amounts.time(checkpoints.commitSeconds())));
  }

  private static void add(AlignedTable table, String what, String amount, String remark) {
    table.add(List.of(what, amount, remark));
  }
}
