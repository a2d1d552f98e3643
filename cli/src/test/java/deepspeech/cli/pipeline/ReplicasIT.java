package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.RunStates;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas of data-prep, their deaths, and a run in parts. */
@Tag("integration")
class ReplicasIT {
  @TempDir Path directory;
  private RunningPipeline pipeline;

  @BeforeEach
  void makeCorpus() throws Exception {
    pipeline = new RunningPipeline(directory);
  }

  @AfterEach
  void stop() {
    pipeline.close();
  }

  @Test
  void theWeightsDependNeitherOnReplicasNorOnTheirDeathNorOnStopAndResumeToTheBit()
      throws Exception {
    // Given
    UndisturbedRun undisturbed = UndisturbedRun.trained();
    pipeline.start(1);
    RunState onlyKilled = trainWhileDataPrepIsKilled("only-killed");

    // When
    pipeline.start(2);
    RunState shared = pipeline.train("shared", Map.of());
    RunState oneKilled = trainWhileDataPrepIsKilled("one-killed");
    RunState parts = trainInTwoParts("parts");

    // Then
    assertThat(shared.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(parts.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(onlyKilled.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(oneKilled.status()).isEqualTo(RunStatus.FINISHED);
    for (RunState other : List.of(shared, parts, onlyKilled, oneKilled)) {
      undisturbed.assertSameTraining(pipeline, other.run());
    }
    assertThat(pipeline.tested("shared")).isEqualTo(RunningPipeline.CHECKPOINTS);
    assertThat(pipeline.folderOf("runs/parts")).isDirectoryContaining("glob:**best.json");
  }

  private RunState trainInTwoParts(String name) throws InterruptedException {
    RunId run = new RunId(name);
    pipeline.trainInto(run, point -> true);
    RunState stopped = pipeline.dispatch().sendAndAwaitEnd(new Command.Stop(run));
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.position().step()).isBetween(1L, RunningPipeline.STEPS - 1L);
    pipeline.dispatch().send(new Command.Resume(run, Map.of()));
    return pipeline.awaitFinished(run);
  }

  /** One replica is killed in the middle of the second epoch; the supervisor starts it again. */
  private RunState trainWhileDataPrepIsKilled(String name) throws Exception {
    RunId run = new RunId(name);
    pipeline.trainInto(run, point -> point.epoch() >= 2 && point.batch() >= 5);
    ProcessHandle replica = RunningPipeline.process("data-prep-service");
    assertThat(replica.destroyForcibly()).isTrue();
    replica.onExit().get(RunningPipeline.LIMIT.toSeconds(), TimeUnit.SECONDS);
    RunState atDeath = new RunStates(pipeline.broker()).newest(run).orElseThrow();
    assertThat(atDeath.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(atDeath.position().step()).isLessThan(RunningPipeline.STEPS);
    return pipeline.awaitFinished(run);
  }
}
