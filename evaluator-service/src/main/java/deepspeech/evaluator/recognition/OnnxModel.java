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
import java.util.function.ObjIntConsumer;

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

  /** Largest number of F32 values in a layer, which take 32 MiB. */
  private static final long LARGEST_LAYER_VALUES = 1L << 23;

  private final OrtSession.SessionOptions options;
  private final Model model;
  private final List<String> vocabulary;
  private final UtteranceGroups groups;

  private OnnxModel(OrtSession.SessionOptions options, Model model, List<String> vocabulary) {
    this.options = options;
    this.model = model;
    this.vocabulary = vocabulary;
    this.groups = new UtteranceGroups(LARGEST_LAYER_VALUES, vocabulary.size());
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
   * @param threads number of threads that share the computation, from 1
   * @throws UnusableModelException if the file is not a model that ONNX Runtime can run, or if it
   *     has no vocabulary
   */
  public static OnnxModel load(Path file, int threads) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableModelException(file + ": no such file");
    }
    OrtSession.SessionOptions options = options(threads);
    Model model = Model.newInstance(file.getFileName().toString(), ENGINE);
    try {
      model.load(
          file.toAbsolutePath().getParent(),
          file.getFileName().toString(),
          Map.of("sessionOptions", options));
      Map<String, String> metadata = ((OrtSymbolBlock) model.getBlock()).getCustomMetadata();
      return new OnnxModel(options, model, vocabulary(file, metadata));
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

  /**
   * Computes the log probabilities of every utterance of a batch, in an order that need not be that
   * of the batch.
   *
   * @param batch batch whose features are normalised like those of the training
   * @param receiver receives log probabilities, which may be used until it returns, and the
   *     utterance's index in the batch
   * @throws UnusableModelException if the model cannot be run on these features, or if its output
   *     is not log probabilities
   */
  public void forEachUtterance(
      FeatureBatch batch, ObjIntConsumer<UtteranceLogProbabilities> receiver) {
    long[] offsets = offsets(batch.frames());
    for (int[] group : groups.of(batch.frames())) {
      run(batch, offsets, group, receiver);
    }
  }

  private void run(
      FeatureBatch batch,
      long[] offsets,
      int[] group,
      ObjIntConsumer<UtteranceLogProbabilities> receiver) {
    try (NDManager scope = model.getNDManager().newSubManager();
        NDList inputs = inputs(scope, batch, offsets, group);
        NDList outputs =
            model.getBlock().forward(new ParameterStore(scope, false), inputs, false)) {
      NDArray values = output(outputs, "log_probabilities");
      long[] outputFrames = output(outputs, "output_frames").toLongArray();
      Shape shape = values.getShape();
      int tokens = (int) shape.get(2);
      if (shape.get(0) != group.length || tokens != vocabulary.size()) {
        throw new UnusableModelException(
            "the model gives log probabilities of %d tokens, its vocabulary has %d tokens"
                .formatted(tokens, vocabulary.size()));
      }
      FloatBuffer floats = values.toByteBuffer().asFloatBuffer();
      int stride = Math.toIntExact(shape.get(1) * tokens);
      for (int i = 0; i < group.length; i++) {
        int frames = Math.toIntExact(outputFrames[i]);
        receiver.accept(
            new UtteranceLogProbabilities(
                floats.slice(i * stride, frames * tokens), frames, tokens),
            group[i]);
      }
    } catch (EngineException e) {
      throw new UnusableModelException("the model cannot be run: " + reason(e), e);
    }
  }

  private static NDList inputs(NDManager scope, FeatureBatch batch, long[] offsets, int[] group) {
    int time = 0;
    long[] frames = new long[group.length];
    for (int i = 0; i < group.length; i++) {
      frames[i] = batch.frames()[group[i]];
      time = Math.max(time, batch.frames()[group[i]]);
    }
    int stride = time * FeatureBatch.BINS;
    ByteBuffer padded =
        scope.allocateDirect(Math.multiplyExact(Math.multiplyExact(group.length, stride), 4));
    FloatBuffer floats = padded.asFloatBuffer();
    for (int i = 0; i < group.length; i++) {
      int from = Math.toIntExact(offsets[group[i]] * FeatureBatch.BINS);
      int values = batch.frames()[group[i]] * FeatureBatch.BINS;
      for (int k = 0; k < values; k++) {
        floats.put(i * stride + k, Fp16Conversions.fp16ToFloat(batch.features()[from + k]));
      }
    }
    NDArray features =
        scope.create(padded, new Shape(group.length, time, FeatureBatch.BINS), DataType.FLOAT32);
    features.setName("features");
    NDArray lengths = scope.create(frames, new Shape(group.length));
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

  private static long[] offsets(int[] frames) {
    long[] offsets = new long[frames.length];
    for (int i = 1; i < frames.length; i++) {
      offsets[i] = offsets[i - 1] + frames[i - 1];
    }
    return offsets;
  }

  private static OrtSession.SessionOptions options(int threads) {
    InvalidMessageException.require(threads >= 1, "threads", threads, "a whole number from 1");
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      options.setIntraOpNumThreads(threads);
      // Threads that spin while they wait would take processor time from the training.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      // Every group has a different shape, so memory that the arena and the patterns retain would
      // not be reused.
      options.setCPUArenaAllocator(false);
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
