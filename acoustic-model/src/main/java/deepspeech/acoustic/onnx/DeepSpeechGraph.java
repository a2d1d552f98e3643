package deepspeech.acoustic.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.features.FeatureBatch;
import java.nio.FloatBuffer;

/**
 * The layers of DeepSpeech2 as ONNX operators.
 *
 * <p>Batch normalisation (Ioffe and Szegedy 2015, algorithm 2) is folded into the convolution
 * before it, or into the input weights of the GRU after it. The mean before a GRU is not folded: it
 * is subtracted from the input, so that no precision is lost if the mean is large compared with the
 * deviation. ONNX's GRU with {@code linear_before_reset} equals that of PyTorch and cuDNN, with the
 * gates in the order z, r, h instead of r, z, n.
 */
final class DeepSpeechGraph {
  private static final int CHANNELS = 32;
  private static final int TIME_KERNEL = 11;
  private static final int TIME_PADDING = 5;
  private static final int TIME_STRIDE = 3;
  private static final int FREQUENCY_STRIDE = 2;
  private static final float CLIP = 20;

  private final ModelShape shape;
  private final OnnxGraph graph;
  private final CheckedParameters parameters;

  DeepSpeechGraph(ModelShape shape, OnnxGraph graph, CheckedParameters parameters) {
    this.shape = shape;
    this.graph = graph;
    this.parameters = parameters;
  }

  void add() {
    graph.input("features", TensorProto.DataType.FLOAT, "batch", "time", FeatureBatch.BINS);
    graph.input("frames", TensorProto.DataType.INT64, "batch");
    graph.output(
        "log_probabilities",
        TensorProto.DataType.FLOAT,
        "batch",
        "output_time",
        shape.vocabularySize());
    graph.output("output_frames", TensorProto.DataType.INT64, "batch");

    constants();
    lengths();
    String value = image();
    for (int i = 0; i < shape.numConvLayers(); i++) {
      value = convolution(i, value);
    }
    graph.node("Transpose", "sequence.channels", a -> a.integers("perm", 3, 0, 1, 2), value);
    graph.integers("sequence.shape", 0, 0, shape.rnnInputSize(0));
    value = graph.node("Reshape", "sequence", "sequence.channels", "sequence.shape");
    graph.integers("directions.shape", 0, 0, 2L * shape.rnnLayerSize());
    for (int i = 0; i < shape.numRnnLayers(); i++) {
      value = recurrent(i, value);
    }
    output(value);
  }

  private void constants() {
    graph.scalar("zero", 0);
    graph.scalar("clip", CLIP);
    graph.integer("index.zero", 0);
    graph.integer("index.one", 1);
    graph.integer("time.stride", TIME_STRIDE);
    graph.integer("time.round_up", TIME_STRIDE - 1);
    graph.integers("axis.1", 1);
    graph.integers("axis.2", 2);
    graph.integers("axes.1.2", 1, 2);
  }

  /** Adds the masks and the number of output frames: a third of the frames, rounded up. */
  private void lengths() {
    graph.node("Shape", "features.shape", "features");
    graph.node("Gather", "time", "features.shape", "index.one");
    graph.node("Range", "time.indices", "index.zero", "time", "index.one");
    graph.node("Unsqueeze", "frames.column", "frames", "axis.1");
    graph.node("Less", "mask.rows", "time.indices", "frames.column");
    graph.node("Unsqueeze", "mask", "mask.rows", "axis.2");

    graph.node("Add", "frames.rounded_up", "frames", "time.round_up");
    graph.node("Div", "output_frames", "frames.rounded_up", "time.stride");
    graph.node("Add", "time.rounded_up", "time", "time.round_up");
    graph.node("Div", "output_time", "time.rounded_up", "time.stride");
    graph.node("Range", "output_time.indices", "index.zero", "output_time", "index.one");
    graph.node("Unsqueeze", "output_frames.column", "output_frames", "axis.1");
    graph.node("Less", "output_mask.rows", "output_time.indices", "output_frames.column");
    graph.node("Unsqueeze", "output_mask", "output_mask.rows", "axes.1.2");
    graph.node(
        "Cast",
        "sequence_lens",
        a -> a.integer("to", TensorProto.DataType.INT32.getNumber()),
        "output_frames");
  }

  /** Adds the features with cleared padding, as {@code [batch, 1, frequency, time]}. */
  private String image() {
    graph.node("Where", "features.masked", "mask", "features", "zero");
    graph.node("Transpose", "features.by_bin", a -> a.integers("perm", 0, 2, 1), "features.masked");
    return graph.node("Unsqueeze", "features.image", "features.by_bin", "axis.1");
  }

  private String convolution(int i, String input) {
    String name = "conv." + i;
    int inputs = i == 0 ? 1 : CHANNELS;
    int kernel = i == 0 ? 41 : 21;
    int padding = i == 0 ? 20 : 10;
    int timeStride = i == 0 ? TIME_STRIDE : 1;
    int perChannel = inputs * kernel * TIME_KERNEL;
    FloatBuffer weight = parameters.get(name + ".weight", CHANNELS, inputs, kernel, TIME_KERNEL);
    Norm norm = norm(name + ".norm", CHANNELS);
    graph.weights(
        name + ".weight",
        sink -> {
          for (int k = 0; k < weight.limit(); k++) {
            sink.put((float) (weight.get(k) * norm.scale(k / perChannel)));
          }
        },
        CHANNELS,
        inputs,
        kernel,
        TIME_KERNEL);
    graph.weights(
        name + ".bias",
        sink -> {
          for (int c = 0; c < CHANNELS; c++) {
            sink.put((float) (norm.bias(c) - norm.mean(c) * norm.scale(c)));
          }
        },
        CHANNELS);
    graph.node(
        "Conv",
        name,
        a ->
            a.integers("kernel_shape", kernel, TIME_KERNEL)
                .integers("strides", FREQUENCY_STRIDE, timeStride)
                .integers("pads", padding, TIME_PADDING, padding, TIME_PADDING),
        input,
        name + ".weight",
        name + ".bias");
    graph.node("Clip", name + ".clipped", name, "zero", "clip");
    return graph.node("Where", name + ".masked", "output_mask", name + ".clipped", "zero");
  }

  /**
   * Adds a GRU layer: {@code [output time, batch, inputs]} to {@code [output time, batch, 2
   * hidden]}.
   */
  private String recurrent(int i, String input) {
    String name = "rnn." + i;
    int hidden = shape.rnnLayerSize();
    int inputs = shape.rnnInputSize(i);
    recurrentWeights(name, inputs, hidden);
    graph.node("Sub", name + ".centred", input, name + ".mean");
    graph.node(
        "GRU",
        name + ".directions",
        a ->
            a.text("direction", "bidirectional")
                .integer("hidden_size", hidden)
                .integer("linear_before_reset", 1),
        name + ".centred",
        name + ".W",
        name + ".R",
        name + ".B",
        "sequence_lens");
    graph.node(
        "Transpose", name + ".by_batch", a -> a.integers("perm", 0, 2, 1, 3), name + ".directions");
    return graph.node("Reshape", name, name + ".by_batch", "directions.shape");
  }

  private void recurrentWeights(String name, int inputs, int hidden) {
    Norm norm = norm(name + ".norm", inputs);
    GruDirection[] directions = {
      new GruDirection(parameters, name, "", inputs, hidden),
      new GruDirection(parameters, name, "_reverse", inputs, hidden)
    };
    graph.weights(name + ".mean", norm::writeMean, inputs);
    graph.weights(
        name + ".W",
        sink -> {
          for (GruDirection direction : directions) {
            direction.writeInputWeights(sink, norm);
          }
        },
        2,
        3L * hidden,
        inputs);
    graph.weights(
        name + ".R",
        sink -> {
          for (GruDirection direction : directions) {
            direction.writeRecurrentWeights(sink);
          }
        },
        2,
        3L * hidden,
        hidden);
    graph.weights(
        name + ".B",
        sink -> {
          for (GruDirection direction : directions) {
            direction.writeBiases(sink, norm);
          }
        },
        2,
        6L * hidden);
  }

  private void output(String input) {
    int inputs = 2 * shape.rnnLayerSize();
    int tokens = shape.vocabularySize();
    FloatBuffer weight = parameters.get("output.weight", tokens, inputs);
    FloatBuffer bias = parameters.get("output.bias", tokens);
    graph.weights(
        "output.weight",
        sink -> {
          for (int from = 0; from < inputs; from++) {
            for (int token = 0; token < tokens; token++) {
              sink.put(weight.get(token * inputs + from));
            }
          }
        },
        inputs,
        tokens);
    graph.weights("output.bias", sink -> sink.put(bias, 0, tokens), tokens);
    graph.node("Transpose", "output.input", a -> a.integers("perm", 1, 0, 2), input);
    graph.node("MatMul", "output.product", "output.input", "output.weight");
    graph.node("Add", "logits", "output.product", "output.bias");
    graph.node("LogSoftmax", "log_probabilities", a -> a.integer("axis", -1), "logits");
  }

  private Norm norm(String name, int size) {
    return new Norm(
        parameters.get(name + ".weight", size),
        parameters.get(name + ".bias", size),
        parameters.get(name + ".running_mean", size),
        parameters.get(name + ".running_var", size));
  }
}
