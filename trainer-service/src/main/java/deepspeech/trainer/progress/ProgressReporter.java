package deepspeech.trainer.progress;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.trainer.training.StepReport;
import deepspeech.trainer.training.TrainingObserver;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Reports the progress of a run on the console, in the manual's words, and as metric points. */
public final class ProgressReporter implements TrainingObserver {
  private final RunId run;
  private final Consumer<String> console;
  private final Consumer<MetricPoint> metrics;
  private final BiConsumer<Position, Map<SkipReason, Integer>> positions;
  private final IntConsumer recomputedSteps;
  private final Supplier<Map<String, Long>> lag;
  private final Clock clock;
  private final Map<SkipReason, Integer> skippedUtterances = new EnumMap<>(SkipReason.class);

  /**
   * Creates the reporter of one run.
   *
   * @param console receives a line or a block of lines per call
   * @param metrics receives metric points; must not block
   * @param positions receives the position and the number of skipped utterances so far, by reason,
   *     with each report
   * @param recomputedSteps receives the number of steps so far that were computed once more, with
   *     each report
   * @param lag returns the number of unprocessed messages of each topic; must not block
   */
  public ProgressReporter(
      RunId run,
      Consumer<String> console,
      Consumer<MetricPoint> metrics,
      BiConsumer<Position, Map<SkipReason, Integer>> positions,
      IntConsumer recomputedSteps,
      Supplier<Map<String, Long>> lag,
      Clock clock) {
    this.run = run;
    this.console = console;
    this.metrics = metrics;
    this.positions = positions;
    this.recomputedSteps = recomputedSteps;
    this.lag = lag;
    this.clock = clock;
  }

  @Override
  public void trained(StepReport report) {
    console.accept(report.line().toString());
    Position position = report.position();
    // A skipped step has no finite loss to plot.
    if (!report.skipped()) {
      point(MetricName.TRAIN_LOSS, report.line().trainLoss(), position);
      point(MetricName.GRADIENT_NORM, report.gradientNorm(), position);
    }
    point(MetricName.LEARNING_RATE, report.line().learningRate(), position);
    point(MetricName.ETA_SECONDS, (double) report.line().eta().toSeconds(), position);
    point(MetricName.SAMPLES_PER_SECOND, report.samplesPerSecond(), position);
    point(MetricName.SHARE_COMPUTING, report.shares().computing(), position);
    point(MetricName.SHARE_WAITING, report.shares().waiting(), position);
    point(MetricName.SHARE_CHECKPOINT, report.shares().checkpoint(), position);
    point(MetricName.SKIPPED_STEPS, (double) report.skippedSteps(), position);
    point(MetricName.UTTERANCES_SKIPPED, report.skippedUtterances(), position);
    lag.get()
        .forEach(
            (topic, waiting) ->
                metrics.accept(MetricPoint.lag(run, topic, waiting, position, clock.instant())));
    positions.accept(position, Map.copyOf(skippedUtterances));
    recomputedSteps.accept(report.recomputedSteps());
  }

  @Override
  public void skipped(Position position, int inARow) {
    console.accept(
        "Skipped at epoch %d, batch %d: loss or gradient is not finite (%d in a row)"
            .formatted(position.epoch(), position.batch() - 1, inARow));
  }

  @Override
  public void skippedUtterances(Map<SkipReason, Integer> counts, Position position) {
    skippedUtterances.putAll(counts);
    counts.forEach(
        (reason, count) ->
            metrics.accept(MetricPoint.skipped(run, reason, count, position, clock.instant())));
  }

  private void point(MetricName name, double value, Position position) {
    metrics.accept(
        new MetricPoint(
            run,
            name,
            value,
            position.step(),
            position.epoch(),
            position.batch(),
            clock.instant()));
  }
}
