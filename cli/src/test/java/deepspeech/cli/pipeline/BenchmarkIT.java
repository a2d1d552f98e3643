package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.cli.benchmark.BenchmarkLines;
import deepspeech.cli.benchmark.BenchmarkResult;
import deepspeech.cli.benchmark.PartMemory;
import deepspeech.cli.benchmark.PipelineBenchmark;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.LoggedProgram;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deepspeech benchmark} on a running stack. */
@Tag("integration")
class BenchmarkIT {
  private static final int STEPS = 2 * SmallCorpus.UTTERANCES / 2;

  @TempDir private static Path directory;
  private static RunningPipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    pipeline = new RunningPipeline(directory);
    pipeline.startWithDashboard();
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void theSameStepsAreMeasuredWithAndWithoutThePipeline() throws Exception {
    // When
    BenchmarkResult result =
        new PipelineBenchmark(pipeline.stack(), pipeline.broker(), line -> {})
            .perform(new RunId("speed"), configuration(), "a CPU");

    // Then: from the first step of the second epoch to its last
    assertThat(result.steps()).isEqualTo(STEPS / 2 - 1);
    assertThat(result.utterances()).isEqualTo(SmallCorpus.UTTERANCES - 2);
    assertThat(result.threads()).isEqualTo(1);
    assertThat(result.gpus()).isZero();
    assertThat(result.samplesPerSecond().pipeline()).isPositive();
    // Other programs on the machine change the ratio.
    assertThat(result.ratio()).isBetween(0.05, 5.0);
    BenchmarkResult.Shares shares = result.shares();
    assertThat(shares.computing()).isBetween(0.1, 1.0);
    assertThat(shares.computing() + shares.waiting() + shares.checkpoint() + shares.other())
        .isCloseTo(1, within(1e-9));
    assertThat(result.memory())
        .extracting(PartMemory::part)
        .containsExactly(
            "trainer-service",
            "data-prep-service",
            "evaluator-service",
            "dashboard",
            "broker and store",
            "bare step");
    assertThat(result.memory())
        .allSatisfy(
            part -> {
              assertThat(part.memory().anonymous()).isGreaterThan(20 << 20);
              assertThat(part.memory().peak()).isGreaterThanOrEqualTo(part.memory().anonymous());
            });
    assertThat(BenchmarkLines.of(result)).contains("Devices: a CPU");
  }

  @Test
  void theStepWithoutThePipelineTrainsTheSameModelOnTheSameBatches() throws Exception {
    // Given
    var unused = pipeline.train("same", configuration().asMap());
    Path file = directory.resolve("bare.json");

    // When
    LoggedProgram.run(
        pipeline
            .stack()
            .bareStep(List.of("bare", file.toString(), Json.writeText(configuration()))),
        directory.resolve("bare.log"));

    // Then
    Map<Long, Double> losses = new TreeMap<>();
    for (JsonNode step : Json.readTree(Files.readAllBytes(file)).get("steps")) {
      losses.put(losses.size() + 1L, step.get("loss").asDouble());
    }
    assertThat(losses).hasSize(STEPS).isEqualTo(pipeline.losses("same"));
  }

  @Test
  void aStepThatCannotTrainEndsTheBenchmarkWithItsReason() {
    // Given
    TrainingConfiguration missing =
        configuration().with(Map.of("train_manifest", "corpus/manifest.nowhere"));

    // Then
    assertThatThrownBy(
            () ->
                new PipelineBenchmark(pipeline.stack(), pipeline.broker(), line -> {})
                    .perform(new RunId("nowhere"), missing, "a CPU"))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("bare step ended with status 1: ")
        .hasMessageContaining("manifest.nowhere");
  }

  private static TrainingConfiguration configuration() {
    return pipeline.configuration(Map.of("num_epoch", 2, "cpu_threads", 1, "log_interval", 1));
  }
}
