package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.stack.StackState;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of the process that holds broker and store, as of a machine that loses its power. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@Tag("integration")
@Tag("chaos")
class KilledStackIT {
  @TempDir private Path directory;
  private RunningPipeline pipeline;
  private Process up;

  @AfterEach
  void stop() throws Exception {
    if (up != null) {
      up.destroy();
      if (!up.waitFor(90, TimeUnit.SECONDS)) {
        kill(Stream.concat(Stream.of(up.toHandle()), up.descendants()).toList());
      }
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @Test
  void aRunEndsAsUndisturbedAlthoughBrokerAndStoreAndThenEverythingIsKilled() throws Exception {
    // Given
    UndisturbedRun undisturbed = UndisturbedRun.trained();
    pipeline = new RunningPipeline(directory);
    RunId run = new RunId("killed");

    // When
    up();
    pipeline.trainInto(run, point -> point.step() >= 25);
    // The services notice that their parent is gone, and end.
    List<ProcessHandle> orphans = up.descendants().toList();
    kill(List.of(up.toHandle()));
    for (ProcessHandle orphan : orphans) {
      orphan.onExit().get(60, TimeUnit.SECONDS);
    }
    up();
    pipeline.awaitStep(run, 70);
    kill(Stream.concat(Stream.of(up.toHandle()), up.descendants()).toList());
    up();
    RunState end = pipeline.awaitFinished(run);

    // Then
    assertThat(end.position().step()).isEqualTo(RunningPipeline.STEPS);
    undisturbed.assertSameTraining(pipeline, run);
    assertThat(pipeline.tested("killed").stream().distinct())
        .isEqualTo(RunningPipeline.CHECKPOINTS);
  }

  private void up() throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "up", ".out");
    up =
        MainProcess.start(
            output,
            Map.of(),
            "up",
            "--data=" + pipeline.stackData(),
            "--dataset-root=" + pipeline.datasetRoot());
    Optional<StackState> state = Optional.empty();
    while (state.isEmpty()) {
      assertThat(up.isAlive()).as(Files.readString(output)).isTrue();
      TimeUnit.MILLISECONDS.sleep(200);
      state =
          StackState.running(StackState.file(pipeline.stackData()))
              .filter(running -> running.process().pid() == up.pid());
    }
    pipeline.use(state.get());
  }

  /** SIGKILL for all of them, then waits. */
  private static void kill(List<ProcessHandle> processes) throws Exception {
    processes.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : processes) {
      process.onExit().get(60, TimeUnit.SECONDS);
    }
  }
}
