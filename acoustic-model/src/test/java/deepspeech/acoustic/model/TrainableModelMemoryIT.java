package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a step allocates natively it gives back. */
@Tag("integration")
class TrainableModelMemoryIT {
  private static final int WARM_UP = 100;
  private static final int FIRST_LENGTHS = 7;
  private static final int STEPS = 500;
  private static final long MEBIBYTE = 1 << 20;

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryDoesNotGrowOverFiveHundredStepsOfEverNewLengths() throws IOException {
    // Given
    ModelShape shape = new ModelShape(1, 1, 16, 6);
    RaggedBatch[] batches = new RaggedBatch[300];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = Utterances.batch(i, 6, 20, 340 - i, 25);
    }
    try (TrainableModel model = TrainableModel.initialise(shape, 1, Devices.CPU)) {
      train(model, Arrays.copyOf(batches, FIRST_LENGTHS), WARM_UP);
      long before = residentBytes();

      // When
      train(model, batches, STEPS);

      // Then
      long gradientBytes =
          shape.parameters().stream().mapToLong(Parameter::size).sum() * Float.BYTES;
      assertThat(residentBytes() - before)
          .as(
              "growth, where one list of gradients a step would be %d MiB",
              STEPS * gradientBytes / MEBIBYTE)
          .isLessThan(STEPS * gradientBytes / 5);
    }
  }

  private static void train(TrainableModel model, RaggedBatch[] batches, int steps) {
    for (int i = 0; i < steps; i++) {
      RaggedBatch batch = batches[i % batches.length];
      assertThat(model.step(batch, 1e-3).skipped()).isFalse();
      model.logProbabilities(batch);
      if (i % 50 == 0) {
        model.parameters();
        model.optimizerState();
      }
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.toLowerCase(Locale.ROOT).replaceAll("\\D", ""))
        .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
