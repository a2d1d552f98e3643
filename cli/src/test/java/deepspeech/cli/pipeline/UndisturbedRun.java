package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.curves.CurveKey;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.util.List;
import java.util.Map;

/** A run that nothing has disturbed, with which disturbed ones are compared. */
final class UndisturbedRun {
  static final String NAME = "whole";

  private final RunningPipeline pipeline;

  private UndisturbedRun(RunningPipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Trains it to its end. */
  static UndisturbedRun train(RunningPipeline pipeline) throws InterruptedException {
    assertThat(pipeline.train(NAME, Map.of()).status()).isEqualTo(RunStatus.FINISHED);
    return new UndisturbedRun(pipeline);
  }

  /** Another run has the same weights to the bit. */
  void assertSameWeights(RunId run) throws InterruptedException {
    assertThat(pipeline.weights(run.value())).isEqualTo(pipeline.weights(NAME));
  }

  /** Another run has the same weights and losses to the bit. */
  void assertSameTraining(RunId run) throws InterruptedException {
    assertSameWeights(run);
    assertThat(pipeline.losses(run.value())).isEqualTo(pipeline.losses(NAME));
  }

  /** Besides, all its checkpoints are tested once, and its curves have one point at a step. */
  void assertSame(RunId run) throws InterruptedException {
    assertSameTraining(run);
    assertThat(pipeline.tested(run.value())).isEqualTo(RunningPipeline.CHECKPOINTS);
    assertThat(points(run)).doesNotHaveDuplicates();
  }

  /** Curve and step of each point. */
  private List<String> points(RunId run) throws InterruptedException {
    return pipeline.read(Topics.METRICS, MetricPoint.class).stream()
        .filter(point -> point.run().equals(run))
        .map(point -> CurveKey.of(point) + " " + point.step())
        .toList();
  }
}
