package deepspeech.evaluator.recognition;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.platform.Fp16Conversions;
import deepspeech.evaluator.decoding.UtteranceLogProbabilities;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.FeatureBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A {@code model.onnx} that is loaded into ONNX Runtime. It holds native memory until it is closed.
 * Not thread-safe.
 */
public final class OnnxModel implements AutoCloseable {
  private static final String ENGINE = "OnnxRuntime";
  private static final String VOCABULARY = "vocabulary";

  /**
   * Key of the vocabulary in ASCII, because ONNX Runtime's Java API corrupts characters beyond
   * U+FFFF in metadata.
   */
  private static final String VOCABULARY_JSON = "vocabulary_json";

  /** Largest number of F32 values in a layer, which take 64 MiB. */
  private static final long LARGEST_LAYER_VALUES = 1L << 24;

  private final OrtSession.SessionOptions options;
  private final Model model;
  private final List<String> vocabulary;
  private final UtteranceGroups groups;

  private OnnxModel(
      OrtSession.SessionOptions options,
      Model model,
      List<String> vocabulary,
      ComputeDevice device) {
    this.options = options;
    this.model = model;
    this.vocabulary = vocabulary;
    this.groups = new UtteranceGroups(LARGEST_LAYER_VALUES, vocabulary.size(), device.threads());
  }

  /**
   * Checks that ONNX Runtime can be loaded.
   *
   * @throws EngineException or a {@link LinkageError} if ONNX Runtime cannot be loaded
   */
  public static void requireRuntime() {
    var unused = Engine.getEngine(ENGINE);
    var unusedEnvironment = OrtEnvironment.getEnvironment();
  }

  /**
   * Loads a model.
   *
   * @param file model file, whose metadata hold the vocabulary as a JSON array or, in older files,
   *     as tokens joined by line breaks
   * @throws UnusableModelException if the file is not a model that ONNX Runtime can run, or if it
   *     has no vocabulary
   */
  public static OnnxModel load(Path file, ComputeDevice device) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableModelException(file + ": no such file");
    }
    OrtSession.SessionOptions options = options(device);
    Model model = Model.newInstance(file.getFileName().toString(), ENGINE);
    try {
      model.load(
          file.toAbsolutePath().getParent(),
          file.getFileName().toString(),
          Map.of("sessionOptions", options));
      Map<String, String> metadata = ((OrtSymbolBlock) model.getBlock()).getCustomMetadata();
      return new OnnxModel(options, model, vocabulary(file, metadata), device);
    } catch (MalformedModelException | EngineException | IOException e) {
      close(model, options);
      throw new UnusableModelException(file + ": " + reason(e), e);
    } catch (RuntimeException e) {
      close(model, options);
      throw e;
    }
  }

  private static List<String> vocabulary(Path file, Map<String, String> metadata) {
    String json = metadata.get(VOCABULARY_JSON);
    if (json != null) {
      try {
        return List.copyOf(Arrays.asList(Json.read(json, String[].class)));
      } catch (InvalidMessageException | NullPointerException e) {
        throw new UnusableModelException(
            "%s: %s in the model's metadata is not an array of strings: %s"
                .formatted(file, VOCABULARY_JSON, e.getMessage()),
            e);
      }
    }
    String joined = metadata.get(VOCABULARY);
    if (joined == null) {
      throw new UnusableModelException(file + ": no vocabulary in the model's metadata");
    }
    return List.of(joined.split("\n", -1));
  }

  /** Tokens by label, the blank first. */
  public List<String> vocabulary() {
    return vocabulary;
  }

  /** Receives the result of an utterance. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * Takes log probabilities, which may be used until it returns.
     *
     * @param batch number of the utterance's batch, from 0
     * @param utterance index of the utterance in its batch, from 0
     */
    void take(UtteranceLogProbabilities logProbabilities, int batch, int utterance);
  }

  /**
   * Computes the log probabilities of every utterance of some batches, in an order that need not be
   * that of the batches. Utterances of similar length are computed together, so several batches
   * take less time together than one after the other.
   *
   * @param batches batches whose features are normalised like those of the training
   * @throws UnusableModelException if the model cannot be run on these features, or if its output
   *     is not log probabilities
   * @throws InterruptedException between two computations, which take seconds
   */
  public void forEachUtterance(List<FeatureBatch> batches, Receiver receiver)
      throws InterruptedException {
    List<RaggedUtterance> utterances = RaggedUtterance.of(batches);
    int[] frames = utterances.stream().mapToInt(RaggedUtterance::frames).toArray();
    for (int[] group : groups.of(frames)) {
      if (Thread.interrupted()) {
        throw new InterruptedException("closed between two groups of utterances");
      }
      run(Arrays.stream(group).mapToObj(utterances::get).toList(), receiver);
    }
  }

  private void run(List<RaggedUtterance> group, Receiver receiver) {
    try (NDManager scope = model.getNDManager().newSubManager();
        NDList inputs = inputs(scope, group);
        NDList outputs =
            model.getBlock().forward(new ParameterStore(scope, false), inputs, false)) {
      NDArray values = output(outputs, "log_probabilities");
      long[] outputFrames = output(outputs, "output_frames").toLongArray();
      Shape shape = values.getShape();
      int tokens = (int) shape.get(2);
      if (shape.get(0) != group.size() || tokens != vocabulary.size()) {
        throw new UnusableModelException(
            "the model gives log probabilities of %d tokens, its vocabulary has %d tokens"
                .formatted(tokens, vocabulary.size()));
      }
      FloatBuffer floats = values.toByteBuffer().asFloatBuffer();
      int stride = Math.toIntExact(shape.get(1) * tokens);
      for (int i = 0; i < group.size(); i++) {
        int frames = Math.toIntExact(outputFrames[i]);
        receiver.take(
            new UtteranceLogProbabilities(
                floats.slice(i * stride, frames * tokens), frames, tokens),
            group.get(i).batch(),
            group.get(i).index());
      }
    } catch (EngineException e) {
      throw new UnusableModelException("the model cannot be run: " + reason(e), e);
    }
  }

  private static NDList inputs(NDManager scope, List<RaggedUtterance> group) {
    long[] frames = group.stream().mapToLong(RaggedUtterance::frames).toArray();
    int time = group.stream().mapToInt(RaggedUtterance::frames).max().orElseThrow();
    int stride = time * FeatureBatch.BINS;
    ByteBuffer padded =
        scope.allocateDirect(Math.multiplyExact(Math.multiplyExact(group.size(), stride), 4));
    FloatBuffer floats = padded.asFloatBuffer();
    for (int i = 0; i < group.size(); i++) {
      RaggedUtterance utterance = group.get(i);
      int from = Math.toIntExact(utterance.offset());
      int values = utterance.frames() * FeatureBatch.BINS;
      for (int k = 0; k < values; k++) {
        floats.put(i * stride + k, Fp16Conversions.fp16ToFloat(utterance.features()[from + k]));
      }
    }
    NDArray features =
        scope.create(padded, new Shape(group.size(), time, FeatureBatch.BINS), DataType.FLOAT32);
    features.setName("features");
    NDArray lengths = scope.create(frames, new Shape(group.size()));
    lengths.setName("frames");
    return new NDList(features, lengths);
  }

  private static NDArray output(NDList outputs, String name) {
    for (NDArray output : outputs) {
      if (name.equals(output.getName())) {
        return output;
      }
    }
    throw new UnusableModelException("the model has no output " + name);
  }

  private static OrtSession.SessionOptions options(ComputeDevice device) {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      device.apply(options);
      // Threads that spin while they wait would take processor time from the training.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      // Without the arena each layer gets new pages from the kernel, which clears them.
      options.setCPUArenaAllocator(true);
      // Every group has a different shape, so memory that patterns retain would not be reused.
      options.setMemoryPatternOptimization(false);
      return options;
    } catch (OrtException e) {
      options.close();
      throw new IllegalStateException("ONNX Runtime rejects the session options", e);
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause() instanceof OrtException ort ? ort : failure;
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    close(model, options);
  }

  private static void close(Model model, OrtSession.SessionOptions options) {
    model.close();
    options.close();
  }
}
