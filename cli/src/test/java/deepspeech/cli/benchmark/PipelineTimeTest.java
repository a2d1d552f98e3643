package deepspeech.cli.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTimeTest {
  private static final RunId RUN = new RunId("speed");
  private static final Instant BEGIN = Instant.parse("2026-01-31T12:00:00Z");

  private final List<MetricPoint> points = new ArrayList<>();
  private final List<StepTime> steps = new ArrayList<>();

  @Test
  void theFirstEpochIsNotCountedAndTheSharesAreOfTheTimeBetweenTheReports() {
    // Given: three batches an epoch, of 4, 4 and 2 utterances, reports of the first and the third
    bareEpochs(3, 0.5);
    report(RUN, 1, 0, 0, 1, 0.1, 0.9, 0);
    report(RUN, 1, 2, 5, 1, 0.1, 0.9, 0);
    report(RUN, 2, 0, 10, 1, 0.1, 0.9, 0);
    // Two steps with 6 utterances in 3 s
    report(RUN, 2, 2, 14, 2, 0.9, 0.1, 0);
    // One step with 4 utterances in 2 s
    report(RUN, 3, 0, 16, 2, 0.5, 0.25, 0.25);

    // When
    PipelineTime time = PipelineTime.of(ProgressReport.of(RUN, points), bare());

    // Then: 6 s, of which 1 s is in no share
    assertThat(time.steps()).isEqualTo(3);
    assertThat(time.utterances()).isEqualTo(10);
    assertThat(time.seconds()).isEqualTo(6);
    assertThat(time.computing()).isCloseTo((3 * 0.9 + 2 * 0.5) / 6, within(1e-9));
    assertThat(time.waiting()).isCloseTo((3 * 0.1 + 2 * 0.25) / 6, within(1e-9));
    assertThat(time.checkpoint()).isCloseTo(2 * 0.25 / 6, within(1e-9));
    assertThat(time.other()).isCloseTo(1.0 / 6, within(1e-9));
  }

  @Test
  void theRatioIsOfTheSameStepsWithAndWithoutThePipeline() {
    // Given
    bareEpochs(3, 0.5);
    report(RUN, 2, 0, 10, 2, 1, 0, 0);
    report(RUN, 3, 0, 12, 5, 1, 0, 0);
    BareTraining slower = new BareTraining(2, 1, null, stepsOf(3, 0.7));
    PipelineTime time = PipelineTime.of(ProgressReport.of(RUN, points), bare());

    // When
    BenchmarkResult result = BenchmarkResult.of("a CPU", 0, time, bare(), slower, List.of());

    // Then: 10 utterances in 1.5 s and 2.1 s without, in 2 s with the pipeline
    assertThat(result.steps()).isEqualTo(3);
    assertThat(result.samplesPerSecond().bareBefore()).isCloseTo(10 / 1.5, within(1e-9));
    assertThat(result.samplesPerSecond().pipeline()).isCloseTo(10 / 2.0, within(1e-9));
    assertThat(result.samplesPerSecond().bareAfter()).isCloseTo(10 / 2.1, within(1e-9));
    assertThat(result.ratio()).isCloseTo(1.8 / 2, within(1e-9));
  }

  @Test
  void pointsOfAnotherRunAndUnfinishedReportsAreNotUsed() {
    // Given
    bareEpochs(3, 0.5);
    report(new RunId("other"), 2, 1, 1, 2, 1, 0, 0);
    report(RUN, 2, 0, 10, 2, 1, 0, 0);
    report(RUN, 2, 2, 13, 2, 1, 0, 0);
    point(RUN, MetricName.SAMPLES_PER_SECOND, 2, 3, 0, 14);

    // When
    List<ProgressReport> reports = ProgressReport.of(RUN, points);

    // Then
    assertThat(reports).extracting(ProgressReport::batch).containsExactly(0, 2);
  }

  @Test
  void aTrainingWithFewerThanTwoReportsAfterTheFirstEpochIsRefused() {
    // Given
    bareEpochs(2, 0.5);
    report(RUN, 1, 0, 0, 2, 1, 0, 0);
    report(RUN, 1, 2, 3, 2, 1, 0, 0);
    report(RUN, 2, 0, 4, 2, 1, 0, 0);
    List<ProgressReport> reports = ProgressReport.of(RUN, points);
    BareTraining bare = bare();

    // Then
    assertThatThrownBy(() -> PipelineTime.of(reports, bare))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith(
            "log_interval: 1 reports of progress came after the first epoch, allowed: 2 or more");
  }

  private void bareEpochs(int epochs, double secondsPerStep) {
    steps.addAll(stepsOf(epochs, secondsPerStep));
  }

  private static List<StepTime> stepsOf(int epochs, double secondsPerStep) {
    List<StepTime> steps = new ArrayList<>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      for (int batch = 0; batch < 3; batch++) {
        steps.add(
            new StepTime(epoch, batch, batch == 2 ? 2 : 4, (steps.size() + 1) * secondsPerStep));
      }
    }
    return steps;
  }

  private BareTraining bare() {
    return new BareTraining(2, 1, null, steps);
  }

  private void report(
      RunId run,
      int epoch,
      int batch,
      int second,
      double rate,
      double computing,
      double waiting,
      double checkpoint) {
    point(run, MetricName.TRAIN_LOSS, 1, epoch, batch, second);
    point(run, MetricName.SAMPLES_PER_SECOND, rate, epoch, batch, second);
    point(run, MetricName.SHARE_COMPUTING, computing, epoch, batch, second);
    point(run, MetricName.SHARE_WAITING, waiting, epoch, batch, second);
    point(run, MetricName.SHARE_CHECKPOINT, checkpoint, epoch, batch, second);
  }

  /** The position of a point counts the batches that are done. */
  private void point(RunId run, MetricName name, double value, int epoch, int batch, int second) {
    points.add(new MetricPoint(run, name, value, 1, epoch, batch + 1, BEGIN.plusSeconds(second)));
  }
}
