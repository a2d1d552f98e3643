package deepspeech.acoustic.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import deepspeech.acoustic.ctc.CtcLoss;
import deepspeech.acoustic.optimizer.Adam;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.acoustic.torchscript.TensorTransfer;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes the folder with which {@code acoustic-model/gpu-check} checks the model on another
 * machine, without Java: the trainer's TorchScript archives, initial weights and batches, described
 * by {@code check.json}.
 *
 * <p>Arguments: the folder, then the models to write, {@code quick} or {@code full}; both if none
 * is named.
 */
final class GpuCheckFolder {
  private static final int FORMAT = 2;
  private static final long SEED = 1;
  private static final int FRAMES_PER_LABEL = 15;

  private static final List<Size> SIZES =
      List.of(
          new Size(
              "quick",
              new ModelShape(2, 2, 128, 300),
              List.of(
                  new Lengths("short", 8, 60, 120),
                  new Lengths("medium", 8, 100, 200),
                  new Lengths("long", 8, 200, 300))),
          new Size(
              "full",
              new ModelShape(2, 3, 1024, 4300),
              List.of(
                  new Lengths("short", 32, 200, 400),
                  new Lengths("medium", 32, 400, 800),
                  new Lengths("long", 32, 800, 1400))));

  private static final FrozenLayers SOME_FROZEN = new FrozenLayers(Set.of("conv.0", "rnn.0"));

  private final Path folder;
  private final Map<String, FileDescription> files = new LinkedHashMap<>();

  private GpuCheckFolder(Path folder) {
    this.folder = folder;
  }

  /** Writes a folder; see the class. */
  public static void main(String[] arguments) throws IOException {
    List<String> known = SIZES.stream().map(Size::name).toList();
    List<String> models =
        arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : known;
    for (String model : models) {
      if (!known.contains(model)) {
        System.err.printf("model: %s given, allowed: %s%n", model, String.join(", ", known));
        System.exit(2);
      }
    }
    write(Path.of(arguments[0]), Set.copyOf(models));
  }

  /** Writes a folder with some models. */
  static void write(Path folder, Set<String> models) throws IOException {
    new GpuCheckFolder(folder).write(models);
  }

  private void write(Set<String> models) throws IOException {
    Files.createDirectories(folder);
    SharedArchives shared =
        new SharedArchives(
            archive("ctc-criterion.pt", CtcLoss.archive()),
            archive("tensor-lists.pt", TensorLists.archive()),
            archive("adam.pt", Adam.archive()));
    Map<String, ModelDescription> described = new LinkedHashMap<>();
    for (Size size : SIZES) {
      if (models.contains(size.name())) {
        described.put(size.name(), model(size));
      }
    }
    Description description =
        new Description(
            FORMAT,
            TorchEngine.start().getVersion(),
            AdamSettings.DEFAULT,
            shared,
            described,
            files);
    Files.write(folder.resolve("check.json"), Json.write(description));
  }

  private ModelDescription model(Size size) throws IOException {
    Files.createDirectories(folder.resolve(size.name()));
    ModelShape shape = size.shape();
    Map<String, Tensor> values = new LinkedHashMap<>();
    shape.parameters().forEach(p -> values.put(p.name(), p.initialValues(SEED)));
    String parameters = size.name() + "/model.safetensors";
    tensors(parameters, values);
    List<ArchiveDescription> archives = new ArrayList<>();
    for (boolean fusedGru : new boolean[] {false, true}) {
      for (FrozenLayers frozen : List.of(FrozenLayers.NONE, SOME_FROZEN)) {
        archives.add(archive(size, fusedGru, frozen, Precision.F32));
      }
      for (Precision precision : List.of(Precision.BF16, Precision.F16)) {
        archives.add(archive(size, fusedGru, FrozenLayers.NONE, precision));
      }
    }
    List<BatchDescription> batches = new ArrayList<>();
    // Short, as double precision takes long on a CPU; among them one frame without labels.
    batches.add(batch(size, "exact", new int[] {121, 75, 40, 1}));
    for (Lengths lengths : size.lengths()) {
      batches.add(batch(size, lengths.name(), lengths.frames()));
    }
    return new ModelDescription(
        shape,
        names(shape, Parameter.Role.TRAINABLE),
        names(shape, Parameter.Role.STATISTIC),
        List.of(Precision.values()),
        parameters,
        archives,
        batches);
  }

  private static List<String> names(ModelShape shape, Parameter.Role role) {
    return shape.parameters().stream().filter(p -> p.role() == role).map(Parameter::name).toList();
  }

  private ArchiveDescription archive(
      Size size, boolean fusedGru, FrozenLayers frozen, Precision precision) throws IOException {
    String file =
        "%s/acoustic-model%s%s%s.pt"
            .formatted(
                size.name(),
                fusedGru ? "-fused-gru" : "",
                frozen.layers().isEmpty() ? "" : "-frozen",
                precision == Precision.F32 ? "" : "-" + precision);
    return new ArchiveDescription(
        archive(file, AcousticModel.archive(size.shape(), frozen, fusedGru, false, precision)),
        fusedGru,
        frozen.layers().stream().sorted().toList(),
        precision);
  }

  private String archive(String file, TorchScriptArchive archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
      archive.writeTo(out);
    }
    return described(file);
  }

  private BatchDescription batch(Size size, String name, int[] frames) throws IOException {
    String file = size.name() + "/" + name + ".safetensors";
    RaggedBatch batch = made(name.hashCode(), size.shape().vocabularySize(), frames);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("features", batch.features());
    tensors.put("frames", Tensor.i32(batch.frames(), batch.size()));
    tensors.put("labels", Tensor.i32(batch.labels(), batch.labels().length));
    tensors.put("label_lengths", Tensor.i32(batch.labelLengths(), batch.size()));
    tensors(file, tensors);
    return new BatchDescription(
        name, file, batch.split(2).stream().map(RaggedBatch::size).toList());
  }

  /** Noise with another tone for each label, as half floats, the form of the messages. */
  private static RaggedBatch made(long seed, int vocabulary, int[] frames) {
    Random random = new Random(seed);
    int[] labelLengths = Arrays.stream(frames).map(n -> n / FRAMES_PER_LABEL).toArray();
    int[] labels = random.ints(Arrays.stream(labelLengths).sum(), 1, vocabulary).toArray();
    int rows = Arrays.stream(frames).sum();
    float[] features = new float[rows * FeatureBatch.BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    int row = 0;
    int first = 0;
    for (int u = 0; u < frames.length; u++) {
      for (int t = 0; t < labelLengths[u] * FRAMES_PER_LABEL; t++) {
        int tone = labels[first + t / FRAMES_PER_LABEL] % FeatureBatch.BINS;
        features[(row + t) * FeatureBatch.BINS + tone] += 3;
      }
      row += frames[u];
      first += labelLengths[u];
    }
    return new RaggedBatch(halves(features, rows), frames, labels, labelLengths);
  }

  private static Tensor halves(float[] values, int rows) {
    try (NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      NDArray floats = TensorTransfer.toDevice(Tensor.f32(values, rows, FeatureBatch.BINS), scope);
      return TensorTransfer.toHost(floats.toType(DataType.FLOAT16, true));
    }
  }

  private void tensors(String file, Map<String, Tensor> tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
      Safetensors.write(tensors, Map.of(), out);
    }
    String unused = described(file);
  }

  private String described(String name) throws IOException {
    Path file = folder.resolve(name);
    files.put(name, new FileDescription(Files.size(file), sha256(file)));
    return name;
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digested =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digested.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /** A model and its batches. */
  private record Size(String name, ModelShape shape, List<Lengths> lengths) {}

  /** Utterances whose lengths in frames fall evenly from the longest to the shortest. */
  private record Lengths(String name, int utterances, int shortest, int longest) {
    int[] frames() {
      return IntStream.range(0, utterances)
          .map(u -> longest - u * (longest - shortest) / (utterances - 1))
          .toArray();
    }
  }

  /** Contents of {@code check.json}. */
  record Description(
      int format,
      String pytorch,
      AdamSettings optimizer,
      SharedArchives archives,
      Map<String, ModelDescription> models,
      Map<String, FileDescription> files) {}

  /** Archives that do not depend on the shape. */
  record SharedArchives(String ctcCriterion, String tensorLists, String adam) {}

  /**
   * A model.
   *
   * @param weights names in the order of the archives' arguments
   * @param statistics names in the order of the archives' arguments
   * @param precisions in which the trainer computes
   * @param parameters file of the initial values
   */
  record ModelDescription(
      ModelShape shape,
      List<String> weights,
      List<String> statistics,
      List<Precision> precisions,
      String parameters,
      List<ArchiveDescription> archives,
      List<BatchDescription> batches) {}

  /**
   * An archive of the model.
   *
   * @param precision of its products; TF32 is a setting of PyTorch with an archive of F32
   */
  record ArchiveDescription(
      String file, boolean fusedGru, List<String> frozen, Precision precision) {}

  /**
   * A batch.
   *
   * @param pieces utterances of each of two devices
   */
  record BatchDescription(String name, String file, List<Integer> pieces) {}

  record FileDescription(long bytes, String sha256) {}
}
