package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.command.Command;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers of an installation. */
@Tag("integration")
@Tag("chaos")
class TrainerPoolIT {
  @TempDir private static Path directory;
  private static RunningPipeline pipeline;
  private static UndisturbedRun undisturbed;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    pipeline = new RunningPipeline(directory);
    pipeline.startWithTrainers(2);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void theyTrainTwoRunsAtTheSameTimeAndTheNextWhenOneIsIdleAndCommandsReachBoth() throws Exception {
    // Given
    RunId first = train("first");
    RunId second = train("second");
    RunId third = train("third");
    await(
        () ->
            pipeline.runState(first).lastCheckpoint() != null
                && pipeline.runState(second).lastCheckpoint() != null);

    // When
    Set<String> trainers =
        Set.of(
            pipeline.runState(first).assignment().trainer(),
            pipeline.runState(second).assignment().trainer());
    RunState waiting = pipeline.runState(third);
    for (RunId run : List.of(first, second)) {
      pipeline.dispatch().send(new Command.Pin(run, CheckpointId.endOfEpoch(1)));
    }

    // Then
    assertThat(trainers).containsExactlyInAnyOrder("trainer-service-1", "trainer-service-2");
    assertThat(waiting.status()).isEqualTo(RunStatus.ACCEPTED);
    for (RunId run : List.of(first, second, third)) {
      pipeline.awaitFinished(run);
      undisturbed.assertSame(pipeline, run);
    }
    for (RunId run : List.of(first, second)) {
      assertThat(pipeline.runState(run).pinned()).containsExactly(CheckpointId.endOfEpoch(1));
    }
  }

  @Test
  void aRunWhoseTrainerIsKilledIsTakenByTheIdleOneAndEndsAsAnUndisturbedOne() throws Exception {
    // Given
    RunId run = new RunId("moved");
    pipeline.trainInto(run, point -> point.epoch() >= 2 && point.batch() >= 5);

    // When
    assertThat(pipeline.stack().kill(pipeline.runState(run).assignment().trainer())).isTrue();
    pipeline.awaitFinished(run);

    // Then
    undisturbed.assertSame(pipeline, run);
    assertThat(trainersOf(run)).hasSize(2);
  }

  @Test
  void aRunThatPreemptsTakesATrainerFromOneOfALowerPriorityWhichThenWaitsAndContinues()
      throws Exception {
    // Given
    RunId minor = train("minor", -1, null);
    RunId normal = train("normal");
    await(
        () ->
            pipeline.runState(minor).lastCheckpoint() != null
                && pipeline.runState(normal).lastCheckpoint() != null);

    // When
    RunId urgent = train("urgent", 5, true);
    await(() -> pipeline.runState(urgent).status() == RunStatus.RUNNING);
    RunState waiting = pipeline.runState(minor);

    // Then
    assertThat(waiting.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(waiting.assignment().trainer()).isNull();
    for (RunId run : List.of(urgent, normal, minor)) {
      pipeline.awaitFinished(run);
      undisturbed.assertSameTraining(pipeline, run);
    }
  }

  private RunId train(String name) throws InterruptedException {
    return train(name, null, null);
  }

  private RunId train(String name, Integer priority, Boolean preempt) throws InterruptedException {
    RunId run = new RunId(name);
    pipeline
        .dispatch()
        .send(new Command.Train(run, pipeline.configuration(Map.of()), priority, preempt));
    return run;
  }

  private Set<String> trainersOf(RunId run) throws InterruptedException {
    return pipeline.read(Topics.RUNS, RunState.class).stream()
        .filter(state -> state.run().equals(run))
        .map(state -> state.assignment().trainer())
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("time to wait").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
