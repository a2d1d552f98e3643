package deepspeech.cli.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The figures of a forecast with their sources. */
final class Assumptions {
  private static final String NOT_MEASURED = "assumed, not measured";

  private final Forecast forecast;
  private final Set<String> given;
  private final List<Assumption> all = new ArrayList<>();

  private Assumptions(Forecast forecast, Set<String> given) {
    this.forecast = forecast;
    this.given = given;
  }

  /**
   * Lists the figures: measured ones, then those that options give or that are assumed.
   *
   * @param given the options that were given, with their dashes
   */
  static List<Assumption> of(Forecast forecast, Set<String> given) {
    Assumptions assumptions = new Assumptions(forecast, given);
    assumptions.addMeasured();
    assumptions.addGpus();
    assumptions.addCluster();
    assumptions.addData();
    return List.copyOf(assumptions.all);
  }

  private void addMeasured() {
    TrainingLoad load = forecast.pipeline().load();
    measured(MeasuredFigure.DATA_PREP);
    if (load.format() != RecordingFormat.WAV) {
      measured(load.format().figure());
      measured(MeasuredFigure.WAV);
    }
    if (load.augmented()) {
      measured(MeasuredFigure.BATCH);
      measured(MeasuredFigure.AUGMENTED_BATCH);
    }
    measured(MeasuredFigure.BROKER);
    if (!given.contains("--partition")) {
      measured(MeasuredFigure.PARTITION);
    }
    measured(MeasuredFigure.EVALUATION);
    measured(MeasuredFigure.CHECKPOINT_PAUSE);
    if (!given.contains("--store")) {
      measured(MeasuredFigure.CHECKPOINT_COMMIT);
    }
  }

  private void addGpus() {
    TrainingGpus gpus = forecast.pipeline().gpus();
    option(
        "peak of a GPU",
        Amounts.number(gpus.teraflops()) + " TFLOP/s",
        "--gpu-tflops",
        "single precision of an H100 SXM by its data sheet");
    option(
        "share of the peak that training achieves",
        Amounts.number(gpus.share()),
        "--gpu-share",
        "a guess, because recurrent layers compute many small products; measure it");
    option(
        "copy from one GPU to another",
        Amounts.number(gpus.linkGigabytes()) + " GB/s",
        "--gpu-link",
        "a guess for NVLink; PCIe is slower");
    add(
        "optimiser step on a GPU",
        "not counted",
        NOT_MEASURED
            + ": it reads and writes 28 bytes per parameter, and 12 for a moving average, below 1 ms"
            + " on an H100");
  }

  private void addCluster() {
    BrokerMachine broker = forecast.services().broker();
    add(
        "cores of data-prep, brokers and evaluators",
        "as fast as the measured ones",
        NOT_MEASURED + ", also with more than two threads in a process");
    if (given.contains("--partition")) {
      add("one partition", Amounts.number(broker.partition()) + " MB/s", "--partition");
    }
    option(
        "network of a broker, each direction",
        Amounts.number(broker.network()) + " MB/s",
        "--network",
        "10 Gbit/s");
    option("disk of a broker", Amounts.number(broker.disk()) + " MB/s", "--disk", "an SSD");
    add(
        "latency of a request or a batch",
        Amounts.number(1000 * PipelineModel.LATENCY_SECONDS) + " ms",
        NOT_MEASURED + ", beside its transfer");
    add("leaders of feature topics", "spread evenly", NOT_MEASURED + ": Kafka decides");
    if (given.contains("--store")) {
      add(
          "write and upload of a checkpoint",
          Amounts.number(forecast.services().storeMegabytes()) + " MB/s",
          "--store");
    }
    add(
        "pause for a checkpoint on a GPU",
        "as on a CPU",
        NOT_MEASURED + ": the copy from a GPU to memory");
    if (forecast.pipeline().model().averages().epochs() > 1) {
      add(
          "mean of the weights of epochs",
          "not counted",
          NOT_MEASURED + ": added up on a core while training continues, before the upload");
    }
    add(
        "reading of recordings",
        "never waits",
        NOT_MEASURED + ": see the rate that the dataset root or the store must have");
  }

  private void addData() {
    add(
        "length of an utterance",
        "log-normal, deviation %s of the mean, at most %s s"
            .formatted(
                Amounts.number(BatchSample.RELATIVE_DEVIATION),
                Amounts.number(BatchSample.LONGEST_SECONDS)),
        NOT_MEASURED);
    add(
        "features that runs with the same data share",
        "not counted",
        "they save data-prep time only while the runs are close together (docs/design-batches.md)");
    add(
        "arguments of a run that cost time or space",
        "not counted",
        NOT_MEASURED
            + ": accumulate_batches; precision, which --gpu-tflops and --gpu-share describe");
  }

  private void measured(MeasuredFigure figure) {
    add(
        figure.subject(),
        Amounts.number(figure.value()) + " " + figure.unit(),
        "measured: docs/performance.md, %s; benchmarks/run %s"
            .formatted(figure.section(), figure.benchmark()));
  }

  private void option(String subject, String value, String option, String reason) {
    add(
        subject,
        value,
        given.contains(option) ? option : "%s: %s; %s".formatted(NOT_MEASURED, reason, option));
  }

  private void add(String subject, String value, String source) {
    all.add(new Assumption(subject, value, source));
  }
}
