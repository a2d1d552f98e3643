package deepspeech.speech.batching;

import deepspeech.messages.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How much of the batches is padding, by batching and shuffle method, over epochs 2 to 21: {@code
 * PaddingBenchmark MANIFEST BATCH_SIZE MAX_BATCH_FRAMES}.
 */
public final class PaddingBenchmark {
  private static final int EPOCHS = 20;

  private PaddingBenchmark() {}

  /**
   * Prints a line for each batching.
   *
   * @param arguments manifest, batch size, frames in a batch
   */
  public static void main(String... arguments) throws IOException {
    double[] durations;
    try (Stream<String> lines = Files.lines(Path.of(arguments[0]))) {
      durations =
          lines
              .mapToDouble(
                  line ->
                      ((Number)
                              Json.read(line.getBytes(StandardCharsets.UTF_8), Map.class)
                                  .get("duration"))
                          .doubleValue())
              .toArray();
    }
    int batchSize = Integer.parseInt(arguments[1]);
    int frames = Integer.parseInt(arguments[2]);
    for (ShuffleMethod method : ShuffleMethod.values()) {
      for (BatchPlan plan :
          List.of(
              BatchPlan.training(durations, batchSize, method, 0),
              BatchPlan.trainingByFrames(durations, frames, 1, method, 0))) {
        print(method, plan, durations);
      }
    }
  }

  private static void print(ShuffleMethod method, BatchPlan plan, double[] durations) {
    long speech = 0;
    long all = 0;
    long batchCount = 0;
    long utterances = 0;
    long largest = 0;
    for (int epoch = 2; epoch <= EPOCHS + 1; epoch++) {
      EpochBatches batches = plan.epoch(epoch);
      batchCount += batches.count();
      utterances += batches.order().length;
      for (int b = 0; b < batches.count(); b++) {
        int[] batch = batches.batch(b);
        int[] frames = Arrays.stream(batch).map(u -> (int) (durations[u] * 100)).toArray();
        long rectangle = (long) batch.length * Arrays.stream(frames).max().orElseThrow();
        speech += Arrays.stream(frames).asLongStream().sum();
        all += rectangle;
        largest = Math.max(largest, rectangle);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-22s %-17s padding %5.2f %%, %.1f batches an epoch, %.1f of %d utterances, largest batch %d frames%n",
        method,
        plan.getClass().getSimpleName(),
        100.0 * (all - speech) / all,
        (double) batchCount / EPOCHS,
        (double) utterances / EPOCHS,
        durations.length,
        largest);
  }
}
