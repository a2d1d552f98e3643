package deepspeech.cli.simulation;

import deepspeech.cli.table.AlignedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A forecast as text. */
public final class ForecastReport {
  private final Forecast forecast;
  private final PipelineModel pipeline;
  private final List<String> lines = new ArrayList<>();

  private ForecastReport(Forecast forecast) {
    this.forecast = forecast;
    this.pipeline = forecast.pipeline();
  }

  /**
   * The lines of the report.
   *
   * @param given the options that were given, with their dashes
   */
  public static List<String> lines(Forecast forecast, Set<String> given) {
    ForecastReport report = new ForecastReport(forecast);
    report.addSummary(given);
    report.addTable(report.timeTable());
    report.addTable(report.stationTable());
    report.addTable(new RequirementTables(forecast).services());
    report.addTable(new RequirementTables(forecast).space());
    AlignedTable assumptions = new AlignedTable(List.of("ASSUMPTION", "VALUE", "SOURCE"));
    Assumptions.of(forecast, given)
        .forEach(
            assumption ->
                assumptions.add(
                    List.of(assumption.subject(), assumption.value(), assumption.source())));
    report.addTable(assumptions);
    return List.copyOf(report.lines);
  }

  private void addSummary(Set<String> given) {
    TrainingGpus gpus = pipeline.gpus();
    ModelCost model = pipeline.model();
    String devices = gpus.devices() == 1 ? "1 GPU" : gpus.devices() + " GPUs";
    String hours = Amounts.number(pipeline.load().hours());
    lines.add(
        gpus.trainers() == 1
            ? "1 trainer of %s trains 1 run on %s h of speech".formatted(devices, hours)
            : "%1$d trainers of %2$s train %1$d runs at a time, each on %3$s h of speech"
                .formatted(gpus.trainers(), devices, hours));
    lines.add(
        "Model of %d x %d with %s tokens: %s million parameters, %s million operations per output frame"
            .formatted(
                model.layers(),
                model.units(),
                Amounts.number(model.vocabulary()),
                Amounts.number(model.parameters() / 1e6),
                Amounts.number(model.operations() / 1e6)));
    lines.add(
        "Epoch: %s (%s if GPUs never waited), %s of %d utterances, a step takes %s"
            .formatted(
                Amounts.time(forecast.epochSeconds()),
                Amounts.time(pipeline.batches() * pipeline.stepSeconds()),
                Amounts.counted((double) pipeline.batches(), "batch", "batches"),
                pipeline.load().batchSize() * gpus.devices(),
                Amounts.time(pipeline.stepSeconds())));
    boolean measuredPartition =
        forecast.limit().startsWith(PipelineModel.PARTITIONS) && !given.contains("--partition");
    lines.add(
        "Limit: %s%s"
            .formatted(
                forecast.limit(),
                measuredPartition
                    ? " (%s MB/s, the highest measured rate, on two cores; brokers of their own may reach more: --partition)"
                        .formatted(Amounts.number(MeasuredFigure.PARTITION.value()))
                    : ""));
  }

  private void addTable(AlignedTable table) {
    lines.add("");
    lines.addAll(table.lines());
  }

  private AlignedTable timeTable() {
    AlignedTable table = new AlignedTable(List.of("TIME OF THE GPUS", "SHARE"));
    table.add(List.of("computing", Amounts.percent(forecast.computingShare())));
    if (pipeline.gpus().devices() > 1) {
      table.add(
          List.of("exchanging gradients and weights", Amounts.percent(forecast.exchangeShare())));
    }
    table.add(List.of("waiting for batches", Amounts.percent(forecast.waitingShare())));
    table.add(List.of("waiting for checkpoints", Amounts.percent(forecast.checkpointShare())));
    return table;
  }

  private AlignedTable stationTable() {
    AlignedTable table = new AlignedTable(List.of("STATION", "SIZE", "X REAL TIME", "BUSY"));
    for (StationLoad station : forecast.stations()) {
      // The measured part may begin with batches that were made before it.
      add(table, station, Math.min(1, forecast.audioRate() / station.capacity()));
    }
    EvaluatorPool pool = forecast.evaluators();
    double oneTests = 1 / pool.seconds(pipeline.model().operationsPerSecond());
    add(
        table,
        new StationLoad("evaluators", pool.toString(), pool.evaluators() * oneTests),
        forecast.tests().busy(pool));
    return table;
  }

  private static void add(AlignedTable table, StationLoad station, double busy) {
    table.add(
        List.of(
            station.name(),
            station.size(),
            Amounts.number(station.capacity()),
            Amounts.percent(busy)));
  }
}
