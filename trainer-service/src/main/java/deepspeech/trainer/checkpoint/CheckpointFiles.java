package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.model.ModelState;
import deepspeech.acoustic.onnx.OnnxExport;
import deepspeech.acoustic.onnx.OnnxMetadata;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.LocalCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.training.TrainingState;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of a checkpoint. Equal states give equal bytes. */
public final class CheckpointFiles {
  public static final String MODEL = CheckpointFile.WEIGHTS;
  public static final String AVERAGE = CheckpointFile.AVERAGE;
  public static final String OPTIMIZER = "optimizer.safetensors";
  public static final String ONNX = "model.onnx";
  public static final String TRAINING_STATE = "training-state.json";
  public static final String VOCABULARY = "vocabulary.txt";
  public static final String MEAN_STD = "mean_std.npz";

  private static final Pattern OF_EPOCH = Pattern.compile("epoch-(\\d+)\\.safetensors");

  private CheckpointFiles() {}

  /**
   * Writes the large files into a directory and returns all files to commit.
   *
   * @param copy with the state of its optimiser
   * @param data supplies the vocabulary, the mean and the standard deviation
   * @throws IOException if a file cannot be written
   */
  static List<CheckpointSource> write(Path directory, CheckpointCopy copy, DataSetDescription data)
      throws IOException {
    TrainingState state = copy.state();
    ModelState model = copy.model();
    Optional<AveragedWeights> average = AveragedWeights.of(copy);
    List<CheckpointSource> files = new ArrayList<>();
    files.add(write(directory.resolve(MODEL), model.parameters()));
    files.add(write(directory.resolve(OPTIMIZER), model.optimizerTensors()));
    if (average.isPresent()) {
      files.add(write(directory.resolve(AVERAGE), average.get().toTensors()));
    }
    for (Map.Entry<Integer, Map<String, Tensor>> earlier :
        copy.epochs().earlier().byEpoch().entrySet()) {
      files.add(write(directory.resolve(ofEpoch(earlier.getKey())), earlier.getValue()));
    }
    Map<String, String> provenance = new LinkedHashMap<>();
    state.hashes().forEach((file, hash) -> provenance.put("sha256." + file, hash));
    provenance.put("run", state.run().toString());
    provenance.put("checkpoint", state.checkpoint().toString());
    provenance.put("step", String.valueOf(state.step()));
    average.ifPresent(a -> provenance.put("average", a.description(state.configuration())));
    new OnnxExport(
            state.model(),
            new OnnxMetadata(
                data.vocabulary(), data.statistics().mean(), data.statistics().std(), provenance))
        .write(
            directory.resolve(ONNX),
            average.map(AveragedWeights::values).orElse(model.parameters()));
    String vocabulary = String.join("\n", data.vocabulary()) + "\n";
    files.add(CheckpointSource.of(directory.resolve(ONNX)));
    files.add(CheckpointSource.of(TRAINING_STATE, Json.write(state)));
    files.add(CheckpointSource.of(VOCABULARY, vocabulary.getBytes(StandardCharsets.UTF_8)));
    files.add(CheckpointSource.of(MEAN_STD, data.statistics().meanStdFile()));
    return List.copyOf(files);
  }

  /** Returns the name of the file of the weights at the end of an earlier epoch. */
  private static String ofEpoch(int epoch) {
    return CheckpointId.endOfEpoch(epoch) + ".safetensors";
  }

  private static CheckpointSource write(Path file, Map<String, Tensor> tensors) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      Safetensors.write(tensors, Map.of(), out);
    }
    return CheckpointSource.of(file);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws InvalidMessageException naming the file if its content is invalid
   * @throws IOException if a file cannot be read
   */
  public static LoadedCheckpoint read(LocalCheckpoint checkpoint) throws IOException {
    Map<String, Tensor> parameters = Safetensors.read(checkpoint.file(MODEL));
    Optional<AveragedWeights> average = Optional.empty();
    EpochWeights earlier = EpochWeights.NONE;
    for (CheckpointFile file : checkpoint.stored().files()) {
      Matcher ofEpoch = OF_EPOCH.matcher(file.name());
      if (file.name().equals(AVERAGE)) {
        average =
            Optional.of(AveragedWeights.fromTensors(Safetensors.read(checkpoint.file(AVERAGE))));
      } else if (ofEpoch.matches()) {
        earlier =
            earlier.with(
                Integer.parseInt(ofEpoch.group(1)), Safetensors.read(checkpoint.file(file.name())));
      }
    }
    return new LoadedCheckpoint(
        checkpoint.stored(),
        readState(checkpoint),
        List.copyOf(Files.readAllLines(checkpoint.file(VOCABULARY), StandardCharsets.UTF_8)),
        new ModelState(parameters, Optional.empty(), average.flatMap(AveragedWeights::moving))
            .withOptimizer(Safetensors.read(checkpoint.file(OPTIMIZER))),
        average.map(AveragedWeights::values).orElse(parameters),
        earlier);
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
