package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.curves.CurveKey;
import deepspeech.messages.command.Command;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A run that nothing has disturbed, with which disturbed ones are compared. It is trained once for
 * all tests of a JVM, in a stack of its own.
 *
 * @param weights SHA-256 of the weights after the last epoch
 * @param losses train loss by step
 * @param testResults of each checkpoint
 */
record UndisturbedRun(String weights, Map<Long, Double> losses, List<String> testResults) {
  private static UndisturbedRun trained;

  /** Returns it, and trains it if no test has yet asked for it. */
  static synchronized UndisturbedRun trained() throws Exception {
    if (trained == null) {
      Path directory = Files.createTempDirectory(Path.of("target"), "undisturbed");
      try (RunningPipeline pipeline = new RunningPipeline(directory)) {
        pipeline.start(1);
        trained = train(pipeline, "undisturbed");
      }
    }
    return trained;
  }

  private static UndisturbedRun train(RunningPipeline pipeline, String name)
      throws InterruptedException {
    RunId run = new RunId(name);
    pipeline.dispatch().send(new Command.Train(run, pipeline.configuration(Map.of())));
    assertThat(pipeline.awaitFinished(run).status()).isEqualTo(RunStatus.FINISHED);
    assertThat(pipeline.tested(name)).isEqualTo(RunningPipeline.CHECKPOINTS);
    assertThat(pipeline.losses(name)).hasSize(RunningPipeline.STEPS);
    return new UndisturbedRun(
        pipeline.weights(name), pipeline.losses(name), testResults(pipeline, name));
  }

  /** Besides, the checkpoints at the ends of its epochs are tested once, with the same results. */
  void assertSameEpochs(RunningPipeline pipeline, RunId run) throws InterruptedException {
    assertThat(pipeline.tested(run.value())).containsAll(RunningPipeline.CHECKPOINTS);
    assertThat(testResults(pipeline, run.value()))
        .filteredOn(result -> !result.contains("-batch-"))
        .isEqualTo(testResults);
  }

  /** Another run has the same weights to the bit. */
  void assertSameWeights(RunningPipeline pipeline, RunId run) throws InterruptedException {
    assertThat(pipeline.weights(run.value())).isEqualTo(weights);
  }

  /** Another run has the same weights and losses to the bit. */
  void assertSameTraining(RunningPipeline pipeline, RunId run) throws InterruptedException {
    assertSameWeights(pipeline, run);
    assertThat(pipeline.losses(run.value())).isEqualTo(losses);
  }

  /**
   * Besides, all its checkpoints are tested once, with the same results. An evaluator that is
   * behind tests the newest one first.
   */
  void assertSameTests(RunningPipeline pipeline, RunId run) throws InterruptedException {
    assertThat(pipeline.tested(run.value()))
        .containsExactlyInAnyOrderElementsOf(RunningPipeline.CHECKPOINTS);
    assertThat(testResults(pipeline, run.value())).isEqualTo(testResults);
  }

  /** All of that, and its curves have one point at a step. */
  void assertSame(RunningPipeline pipeline, RunId run) throws InterruptedException {
    assertSameTraining(pipeline, run);
    assertSameTests(pipeline, run);
    assertThat(points(pipeline, run)).doesNotHaveDuplicates();
  }

  /** Checkpoint, rate, and how many utterances it is of, by checkpoint. */
  private static List<String> testResults(RunningPipeline pipeline, String run)
      throws InterruptedException {
    return pipeline.read(Topics.EVALUATIONS, Evaluation.class).stream()
        .filter(evaluation -> evaluation.run().value().equals(run))
        .map(
            evaluation ->
                "%s %s %d"
                    .formatted(
                        evaluation.checkpoint(),
                        evaluation.cer(),
                        evaluation.errors().utterances()))
        .sorted()
        .toList();
  }

  /** Curve and step of each point. */
  private static List<String> points(RunningPipeline pipeline, RunId run)
      throws InterruptedException {
    return pipeline.read(Topics.METRICS, MetricPoint.class).stream()
        .filter(point -> point.run().equals(run))
        .map(point -> CurveKey.of(point) + " " + point.step())
        .toList();
  }
}
