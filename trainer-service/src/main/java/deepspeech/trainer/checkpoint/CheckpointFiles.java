package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.onnx.OnnxExport;
import deepspeech.acoustic.onnx.OnnxMetadata;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.LocalCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.training.TrainingState;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a checkpoint. Equal states give equal bytes. */
public final class CheckpointFiles {
  public static final String MODEL = "model.safetensors";
  public static final String OPTIMIZER = "optimizer.safetensors";
  public static final String ONNX = "model.onnx";
  public static final String TRAINING_STATE = "training-state.json";
  public static final String VOCABULARY = "vocabulary.txt";
  public static final String MEAN_STD = "mean_std.npz";

  private CheckpointFiles() {}

  /**
   * Writes the large files into a directory and returns all files to commit.
   *
   * @param data supplies the vocabulary, the mean and the standard deviation
   * @throws IOException if a file cannot be written
   */
  static List<CheckpointSource> write(
      Path directory,
      TrainingState state,
      Map<String, Tensor> parameters,
      AdamState optimizer,
      DataSetDescription data)
      throws IOException {
    write(directory.resolve(MODEL), parameters);
    write(directory.resolve(OPTIMIZER), optimizer.toTensors());
    Map<String, String> provenance = new LinkedHashMap<>();
    state.hashes().forEach((file, hash) -> provenance.put("sha256." + file, hash));
    provenance.put("run", state.run().toString());
    provenance.put("checkpoint", state.checkpoint().toString());
    provenance.put("step", String.valueOf(state.step()));
    new OnnxExport(
            state.model(),
            new OnnxMetadata(
                data.vocabulary(), data.statistics().mean(), data.statistics().std(), provenance))
        .write(directory.resolve(ONNX), parameters);
    String vocabulary = String.join("\n", data.vocabulary()) + "\n";
    return List.of(
        CheckpointSource.of(directory.resolve(MODEL)),
        CheckpointSource.of(directory.resolve(OPTIMIZER)),
        CheckpointSource.of(directory.resolve(ONNX)),
        CheckpointSource.of(TRAINING_STATE, Json.write(state)),
        CheckpointSource.of(VOCABULARY, vocabulary.getBytes(StandardCharsets.UTF_8)),
        CheckpointSource.of(MEAN_STD, data.statistics().meanStdFile()));
  }

  private static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      Safetensors.write(tensors, Map.of(), out);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws InvalidMessageException naming the file if its content is invalid
   * @throws IOException if a file cannot be read
   */
  public static LoadedCheckpoint read(LocalCheckpoint checkpoint) throws IOException {
    return new LoadedCheckpoint(
        checkpoint.stored(),
        readState(checkpoint),
        List.copyOf(Files.readAllLines(checkpoint.file(VOCABULARY), StandardCharsets.UTF_8)),
        Safetensors.read(checkpoint.file(MODEL)),
        AdamState.fromTensors(Safetensors.read(checkpoint.file(OPTIMIZER))));
  }

  /**
   * Reads only the training state.
   *
   * @throws IOException if the file cannot be read
   */
  public static TrainingState readState(LocalCheckpoint checkpoint) throws IOException {
    return Json.read(Files.readAllBytes(checkpoint.file(TRAINING_STATE)), TrainingState.class);
  }
}
