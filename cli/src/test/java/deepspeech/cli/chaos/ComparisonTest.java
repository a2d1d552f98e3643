package deepspeech.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final RunTrace UNDISTURBED =
      new RunTrace(
          new RunId("calm"),
          List.of(
              point(MetricName.TRAIN_LOSS, 1, 9),
              point(MetricName.TRAIN_LOSS, 2, 8),
              point(MetricName.ETA_SECONDS, 1, 5),
              lag("calm", "deepspeech.features.calm.train", 3)),
          List.of(checkpoint(1, "a"), checkpoint(2, "b")),
          List.of(evaluation(1, 0.5), evaluation(2, 0.25)));

  @Test
  void equalRunsHoldThoughTheirTimesDiffer() {
    // When / Then
    assertThat(broken(points(0, point(MetricName.TRAIN_LOSS, 1, 9)))).isEmpty();
    assertThat(broken(points(2, point(MetricName.ETA_SECONDS, 1, 70)))).isEmpty();
  }

  @Test
  void anotherLossAMissingPointAndADoubleOneAreFound() {
    // When / Then
    assertThat(broken(points(1, point(MetricName.TRAIN_LOSS, 2, Math.nextUp(8.0)))))
        .containsExactly("same batch order", "same metric points");
    assertThat(broken(points(2))).containsExactly("same metric points");
    assertThat(
            broken(
                points(
                    2, point(MetricName.ETA_SECONDS, 1, 5), point(MetricName.ETA_SECONDS, 1, 5))))
        .containsExactly("same metric points");
  }

  @Test
  void lagOfTheRunsOwnTopicMayDifferAndIsMissedWhereItIsNotReported() {
    // When / Then
    String own = "deepspeech.features.wild.train";
    assertThat(broken(points(3, lag("wild", own, 8)))).isEmpty();
    assertThat(broken(points(3))).containsExactly("same metric points");
    assertThat(broken(points(3, lag("wild", "deepspeech.commands", 8))))
        .containsExactly("same metric points");
  }

  @Test
  void otherWeightsAMissingCheckpointAndASecondEventAreFound() {
    // When / Then
    assertThat(broken(checkpoints(checkpoint(1, "a"), checkpoint(2, "c"))))
        .containsExactly("same final weights", "same checkpoints");
    assertThat(broken(checkpoints(checkpoint(1, "c"), checkpoint(2, "b"))))
        .containsExactly("same checkpoints");
    assertThat(broken(checkpoints(checkpoint(2, "b")))).containsExactly("same checkpoints");
    assertThat(broken(checkpoints(checkpoint(1, "a"), checkpoint(2, "b"), checkpoint(2, "b"))))
        .containsExactly("same checkpoints");
  }

  @Test
  void anotherAverageOfTheWeightsIsFound() {
    // Given
    RunTrace calm = averaged("calm", "m");

    // When
    List<String> same = broken(calm, averaged("wild", "m")).toList();
    List<String> other = broken(calm, averaged("wild", "n")).toList();

    // Then
    assertThat(same).isEmpty();
    assertThat(other).containsExactly("same checkpoints");
  }

  @Test
  void aMissingEvaluationADoubleOneAndAnotherCerAreFound() {
    // Given
    String found = "same evaluations";

    // When / Then
    assertThat(broken(evaluations(evaluation(1, 0.5)))).containsExactly(found);
    assertThat(broken(evaluations(evaluation(1, 0.5), evaluation(2, 0.25), evaluation(2, 0.25))))
        .containsExactly(found);
    assertThat(broken(evaluations(evaluation(1, 0.5), evaluation(2, 0.3)))).containsExactly(found);
  }

  /** What does not hold, each up to its colon. */
  private static Stream<String> broken(RunTrace disturbed) {
    return broken(UNDISTURBED, disturbed);
  }

  private static Stream<String> broken(RunTrace undisturbed, RunTrace disturbed) {
    return new Comparison(undisturbed, disturbed)
        .checks().stream()
            .filter(check -> !check.holds())
            .map(check -> check.what().substring(0, check.what().indexOf(':')));
  }

  private static RunTrace points(int index, MetricPoint... instead) {
    List<MetricPoint> points = new ArrayList<>(UNDISTURBED.points());
    points.remove(index);
    points.addAll(List.of(instead));
    return new RunTrace(
        new RunId("wild"), points, UNDISTURBED.checkpoints(), UNDISTURBED.evaluations());
  }

  private static RunTrace checkpoints(CheckpointCommitted... checkpoints) {
    return new RunTrace(
        new RunId("wild"), UNDISTURBED.points(), List.of(checkpoints), UNDISTURBED.evaluations());
  }

  private static RunTrace averaged(String run, String average) {
    CheckpointCommitted checkpoint =
        CheckpointCommitted.untested(
            new RunId("any"),
            CheckpointId.endOfEpoch(1),
            1,
            "s3://b/k/",
            List.of(
                new CheckpointFile("model.safetensors", 1, "a"),
                new CheckpointFile("average.safetensors", 1, average)),
            Instant.EPOCH);
    return new RunTrace(
        new RunId(run), List.of(), List.of(checkpoint), List.of(evaluation(1, 0.5)));
  }

  private static RunTrace evaluations(Evaluation... evaluations) {
    return new RunTrace(
        new RunId("wild"), UNDISTURBED.points(), UNDISTURBED.checkpoints(), List.of(evaluations));
  }

  private static MetricPoint point(MetricName name, long step, double value) {
    return new MetricPoint(new RunId("any"), name, value, step, 1, (int) step, Instant.EPOCH);
  }

  private static MetricPoint lag(String run, String topic, double value) {
    return MetricPoint.lag(new RunId(run), topic, value, new Position(1, 1, 0, 1), Instant.EPOCH);
  }

  private static CheckpointCommitted checkpoint(int epoch, String weights) {
    return CheckpointCommitted.untested(
        new RunId("any"),
        CheckpointId.endOfEpoch(epoch),
        epoch,
        "s3://b/k/",
        List.of(new CheckpointFile("model.safetensors", 1, weights)),
        Instant.EPOCH);
  }

  private static Evaluation evaluation(int epoch, double cer) {
    return new Evaluation(
        new TestedCheckpoint(new RunId("any"), CheckpointId.endOfEpoch(epoch), epoch, 1, epoch),
        new TestErrors(cer, null, 1, 0, 4, 1, 0, 0),
        List.of(),
        new TestTiming(1, Instant.EPOCH, Instant.EPOCH));
  }
}
