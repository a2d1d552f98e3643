package deepspeech.trainer.training;

import deepspeech.acoustic.model.StepResult;
import deepspeech.messages.console.TrainLine;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.run.Position;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.Arrays;

/** Makes the reports on steps: speed, remaining time and use of time since the last report. */
final class StepReports {
  private final DataSetDescription data;
  private final int epochs;
  private final Stopwatch stopwatch;
  private final Clock clock;
  private int batches;
  private int samples;

  /**
   * Starts to measure.
   *
   * @param epochs the last epoch of the run
   * @param stopwatch measures the activities of the training thread; reset by each report
   */
  StepReports(DataSetDescription data, int epochs, Stopwatch stopwatch, Clock clock) {
    this.data = data;
    this.epochs = epochs;
    this.stopwatch = stopwatch;
    this.clock = clock;
  }

  /** Adds batches to those since the last report. */
  void add(int count, int utterances) {
    batches += count;
    samples += utterances;
  }

  /**
   * Reports a step.
   *
   * @param position the position after the step
   */
  StepReport of(Position position, double learningRate, StepResult result, RunCounts counts) {
    double seconds = Math.max(1e-9, stopwatch.elapsed().toNanos() / 1e9);
    TrainLine line =
        new TrainLine(
            LocalDateTime.now(clock),
            position.epoch(),
            epochs,
            position.batch() - 1,
            data.batches()[position.epoch() - 1],
            learningRate,
            result.meanLoss(),
            Eta.of(stopwatch.elapsed(), batches, batchesAfter(position)));
    StepReport report =
        new StepReport(
            line,
            position,
            result.gradientNorm(),
            samples / seconds,
            stopwatch.shares(),
            counts.skippedSteps(),
            result.skipped(),
            counts.recomputedSteps(),
            counts.skippedUtterancesInEpoch());
    stopwatch.reset();
    batches = 0;
    samples = 0;
    return report;
  }

  private long batchesAfter(Position position) {
    long all = Arrays.stream(data.batches(), position.epoch() - 1, epochs).asLongStream().sum();
    return all - position.batch();
  }
}
