package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.stack.StackState;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.JavaProcess;
import deepspeech.testing.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose trainer is killed, or is suspended until another has taken its place. */
@Tag("integration")
@Tag("chaos")
class TakeOverIT {
  @TempDir Path directory;
  private RunningPipeline pipeline;
  private UndisturbedRun undisturbed;
  private JavaProcess standby;

  @BeforeEach
  void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (standby != null) {
      standby.kill();
    }
    pipeline.close();
  }

  @Test
  void aRunWhoseTrainerIsKilledEndsAsAnUndisturbedOneAndItsCurvesShowNoSeam() throws Exception {
    // Given
    RunId run = new RunId("killed");
    pipeline.trainInto(run, point -> point.epoch() >= 3 && point.batch() >= 5);

    // When
    assertThat(RunningPipeline.process("trainer-service").destroyForcibly()).isTrue();
    pipeline.awaitFinished(run);

    // Then
    undisturbed.assertSame(pipeline, run);
  }

  @Test
  void aSuspendedTrainerIsReplacedByTheStandbyAndLogsThatWhenItResumes() throws Exception {
    // Given
    standby = startTrainer("standby");
    RunId run = new RunId("frozen");
    pipeline.trainInto(run, point -> point.epoch() >= 2 && point.batch() >= 5);
    // A trainer that is suspended while it commits is the subject of RunConductorIT.
    awaitCheckpoint(run);
    ProcessHandle frozen = RunningPipeline.process("trainer-service");
    Signal.STOP.sendTo(frozen);

    // When
    RunState atStandby = awaitLease("standby", run);
    Signal.CONT.sendTo(frozen);
    pipeline.awaitFinished(run);

    // Then
    assertThat(atStandby.status()).isEqualTo(RunStatus.RUNNING);
    undisturbed.assertSame(pipeline, run);
    assertThat(pipeline.log("trainer-service"))
        .content()
        .containsPattern("Run frozen was taken over by trainer standby at \\S+ \\(term 2\\)");
  }

  @Test
  void aTrainerThatGetsSigtermCommitsACheckpointBeforeAnIdleOneTakesTheRun() throws Exception {
    // Given
    standby = startTrainer("standby");
    RunId run = new RunId("terminated");
    pipeline.trainInto(run, point -> point.epoch() >= 3 && point.batch() >= 5);

    // When
    assertThat(RunningPipeline.process("trainer-service").destroy()).isTrue();
    pipeline.awaitFinished(run);

    // Then
    undisturbed.assertSameTraining(pipeline, run);
    assertThat(pipeline.log("trainer-service")).content().doesNotContain("was taken over");
    assertThat(pipeline.read(Topics.CHECKPOINTS, CheckpointCommitted.class))
        .as("the checkpoint at the signal")
        .anyMatch(event -> event.run().equals(run) && event.checkpoint().batch() > 0);
  }

  private void awaitCheckpoint(RunId run) throws Exception {
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    while (pipeline.runState(run).lastCheckpoint() == null) {
      assertThat(System.nanoTime()).as("time to wait for a checkpoint").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Waits until a trainer holds the lease on the run. */
  private RunState awaitLease(String trainer, RunId run) throws Exception {
    Path lease = pipeline.folderOf("runs/" + run).resolve("trainer.json");
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    while (!Files.readString(lease).contains("\"" + trainer + "\"")) {
      assertThat(System.nanoTime()).as("time to wait for a lease").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return pipeline.runState(run);
  }

  private JavaProcess startTrainer(String name) throws IOException {
    StackState state = pipeline.state();
    return JavaLaunch.service("trainer-service")
        .options("-Xmx512m")
        .environment(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", state.bootstrapServers(),
                "DEEPSPEECH_S3_ENDPOINT", state.store().s3Endpoint(),
                "DEEPSPEECH_S3_ACCESS_KEY", state.store().s3AccessKey(),
                "DEEPSPEECH_S3_SECRET_KEY", state.store().s3SecretKey(),
                "DEEPSPEECH_S3_BUCKET", state.store().s3Bucket(),
                "DEEPSPEECH_TRAINER_INSTANCE_ID", name,
                "DEEPSPEECH_WORK_DIR", directory.resolve("work-" + name).toString(),
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", "0"))
        .start(directory.resolve(name + ".log"));
  }
}
