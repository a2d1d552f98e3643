package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.EventTail;
import deepspeech.cli.stack.StackState;
import deepspeech.curves.CurveKey;
import deepspeech.messages.command.Command;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private Process standby;

  @BeforeEach
  void trainUndisturbed() throws Exception {
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
    assertThat(pipeline.train("whole", Map.of()).status()).isEqualTo(RunStatus.FINISHED);
  }

  @AfterEach
  void stop() {
    if (standby != null) {
      standby.destroyForcibly();
    }
    pipeline.close();
  }

  @Test
  void aRunWhoseTrainerIsKilledEndsAsAnUndisturbedOneAndItsCurvesShowNoSeam() throws Exception {
    // Given
    RunId run = new RunId("killed");
    trainInto(run, 3, 5);

    // When
    assertThat(trainer().destroyForcibly()).isTrue();
    pipeline.awaitFinished(run);

    // Then
    assertThatItEndedAsUndisturbed(run);
  }

  @Test
  void aSuspendedTrainerIsReplacedByTheStandbyAndLogsThatWhenItResumes() throws Exception {
    // Given
    standby = startTrainer("standby");
    RunId run = new RunId("frozen");
    trainInto(run, 2, 5);
    ProcessHandle frozen = trainer();
    signal("STOP", frozen);

    // When
    RunState atStandby = awaitLease("standby", run);
    signal("CONT", frozen);
    pipeline.awaitFinished(run);

    // Then
    assertThat(atStandby.status()).isEqualTo(RunStatus.RUNNING);
    assertThatItEndedAsUndisturbed(run);
    assertThat(pipeline.log("trainer-service"))
        .content()
        .containsPattern("Run frozen was taken over by trainer standby at \\S+ \\(term 2\\)");
  }

  private void assertThatItEndedAsUndisturbed(RunId run) throws Exception {
    assertThat(pipeline.weights(run.value())).isEqualTo(pipeline.weights("whole"));
    assertThat(pipeline.losses(run.value())).isEqualTo(pipeline.losses("whole"));
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

  private void trainInto(RunId run, int epoch, int batch) throws InterruptedException {
    try (EventTail<MetricPoint> metrics =
        EventTail.of(pipeline.broker(), Topics.METRICS, MetricPoint.class, EventTail.Start.NOW)) {
      pipeline.dispatch().send(new Command.Train(run, pipeline.configuration(Map.of())));
      MetricPoint point;
      do {
        point = metrics.next(RunningPipeline.LIMIT).orElseThrow().body();
      } while (!point.run().equals(run) || point.epoch() < epoch || point.batch() < batch);
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

  private ProcessHandle trainer() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("trainer-service"))
        .filter(child -> standby == null || child.pid() != standby.pid())
        .findFirst()
        .orElseThrow();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
  }

  private Process startTrainer(String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-jar",
            Path.of("../trainer-service/target/quarkus-app/quarkus-run.jar").toString());
    StackState state = pipeline.state();
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", state.bootstrapServers());
    builder.environment().put("DEEPSPEECH_S3_ENDPOINT", state.store().s3Endpoint());
    builder.environment().put("DEEPSPEECH_S3_ACCESS_KEY", state.store().s3AccessKey());
    builder.environment().put("DEEPSPEECH_S3_SECRET_KEY", state.store().s3SecretKey());
    builder.environment().put("DEEPSPEECH_S3_BUCKET", state.store().s3Bucket());
    builder.environment().put("DEEPSPEECH_TRAINER_INSTANCE_ID", name);
    builder.environment().put("DEEPSPEECH_WORK_DIR", directory.resolve("work-" + name).toString());
    builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(name + ".log").toFile())
        .start();
  }
}
