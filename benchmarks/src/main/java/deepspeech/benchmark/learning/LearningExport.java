package deepspeech.benchmark.learning;

import deepspeech.messages.Json;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes everything that a training consists of to a folder, so that another program can train on
 * it: {@code training.json}, the initial weights in {@code model.safetensors}, and the batches as
 * they travel over Kafka, in {@code train/EPOCH/BATCH-PART.safetensors} and {@code test}.
 */
final class LearningExport {
  private final Path folder;

  /** Creates the folder. */
  LearningExport(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  void describe(Description description) throws IOException {
    Files.write(folder.resolve("training.json"), Json.write(description));
  }

  void initial(Map<String, Tensor> parameters) throws IOException {
    Files.write(folder.resolve("model.safetensors"), Safetensors.write(parameters));
  }

  void train(FeatureBatch batch) throws IOException {
    write(folder.resolve("train/%04d".formatted(batch.key().epoch())), batch);
  }

  void test(FeatureBatch batch) throws IOException {
    write(folder.resolve("test"), batch);
  }

  private static void write(Path folder, FeatureBatch batch) throws IOException {
    Files.createDirectories(folder);
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);
    for (int part = 0; part < parts.size(); part++) {
      Files.write(
          folder.resolve("%05d-%02d.safetensors".formatted(batch.key().batch(), part)),
          parts.get(part).body());
    }
  }

  /** Contents of {@code training.json}. */
  record Description(
      int numConvLayers,
      int numRnnLayers,
      int rnnLayerSize,
      List<String> vocabulary,
      double weightDecay,
      double maximumNorm,
      double[] learningRates) {}
}
