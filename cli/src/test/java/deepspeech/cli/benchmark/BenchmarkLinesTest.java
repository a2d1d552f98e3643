package deepspeech.cli.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.Json;
import deepspeech.runtime.process.ProcessMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkLinesTest {
  private static final long MEBIBYTE = 1 << 20;

  private static final List<PartMemory> MEMORY =
      List.of(
          new PartMemory(
              "trainer-service",
              new ProcessMemory(400 * MEBIBYTE, 300 * MEBIBYTE, 500 * MEBIBYTE)));

  @Test
  void theLinesHaveRatesRatioSharesAndMemory() {
    // When
    List<String> lines = BenchmarkLines.of(result(0));

    // Then
    assertThat(lines)
        .containsExactly(
            "Devices: PyTorch 2.7.1, built for the CPU; no GPU",
            "Measured: 50 steps, 800 utterances, after the first epoch; threads: 2",
            "",
            "TRAINING           SAMPLES/S  MS PER STEP",
            "bare step, before  42.00      381.0",
            "pipeline           40.00      400.0",
            "bare step, after   41.00      390.2",
            "Pipeline / bare step: 0.964",
            "",
            "Time of the trainer: computing 97.0 %, waiting 1.0 %, checkpoints 0.5 %, other 1.5 %",
            "",
            "MEMORY, MIB      RESIDENT  IN NO FILE  PEAK",
            "trainer-service  400       300         500");
  }

  @Test
  void onGpusTheirNumberStandsInsteadOfThreads() {
    // When
    List<String> lines = BenchmarkLines.of(result(2));

    // Then
    assertThat(lines)
        .contains("Measured: 50 steps, 800 utterances, after the first epoch; GPUs: 2");
  }

  @Test
  void theJsonHasTheSame() {
    // When
    String json = Json.writeText(result(0));

    // Then
    assertThat(json)
        .contains("\"samples_per_second\":{\"bare_before\":42.0,\"pipeline\":40.0")
        .contains("\"ratio\":0.964")
        .contains("\"waiting\":0.01")
        .contains("\"part\":\"trainer-service\",\"memory\":{\"resident\":419430400");
  }

  private static BenchmarkResult result(int gpus) {
    return new BenchmarkResult(
        "PyTorch 2.7.1, built for the CPU; no GPU",
        gpus,
        2,
        50,
        800,
        new BenchmarkResult.Rates(42, 40, 41),
        0.964,
        new BenchmarkResult.Shares(0.97, 0.01, 0.005, 0.015),
        MEMORY);
  }
}
