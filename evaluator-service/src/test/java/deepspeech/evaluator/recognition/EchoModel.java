package deepspeech.evaluator.recognition;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.platform.Fp16Conversions;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkippedUtterance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A model with the inputs and outputs of {@code model.onnx} that recognises what is written in the
 * features: the logits of an output frame are ten times the first bins of every third frame. So a
 * test decides what will be recognised.
 */
public final class EchoModel {
  private static final int PRODUCTS = 40;

  private EchoModel() {}

  /** Writes the model with a vocabulary in its metadata. */
  public static Path write(Path file, List<String> vocabulary) throws IOException {
    return write(file, vocabulary.size(), Map.of("vocabulary", String.join("\n", vocabulary)));
  }

  /** Writes a model that recognises the same, and computes for about a second in between. */
  public static Path writeSlow(Path file, List<String> vocabulary) throws IOException {
    GraphProto.Builder graph = graph(vocabulary.size(), "kept");
    for (NodeProto node : idleWork()) {
      graph.addNode(node);
    }
    graph
        .addInitializer(integers("side", 1024, 1024))
        .addInitializer(number("nought", 0))
        .addNode(node("Add", "kept", "logits", "nothing"));
    return write(file, graph, Map.of("vocabulary", String.join("\n", vocabulary)));
  }

  /** Multiplies matrices of zeros, whose size only the input gives. */
  private static List<NodeProto> idleWork() {
    AttributeProto.Builder scalar =
        AttributeProto.newBuilder()
            .setName("keepdims")
            .setType(AttributeProto.AttributeType.INT)
            .setI(0);
    List<NodeProto> nodes = new ArrayList<>();
    nodes.add(node("ReduceMax", "loudest", "features").toBuilder().addAttribute(scalar).build());
    nodes.add(node("Mul", "zero", "loudest", "nought"));
    nodes.add(node("Expand", "product0", "zero", "side"));
    for (int i = 0; i < PRODUCTS; i++) {
      nodes.add(node("MatMul", "product" + (i + 1), "product" + i, "product0"));
    }
    nodes.add(
        node("ReduceMax", "nothing", "product" + PRODUCTS).toBuilder()
            .addAttribute(scalar)
            .build());
    return nodes;
  }

  /** Writes the model with any metadata. */
  public static Path write(Path file, int tokens, Map<String, String> metadata) throws IOException {
    return write(file, graph(tokens, "logits"), metadata);
  }

  /**
   * The graph.
   *
   * @param logits the value that is normalised; it may depend on "logits"
   */
  private static GraphProto.Builder graph(int tokens, String logits) {
    return GraphProto.newBuilder()
        .setName("echo")
        .addInput(value("features", TensorProto.DataType.FLOAT, "batch", "time", 161))
        .addInput(value("frames", TensorProto.DataType.INT64, "batch"))
        .addOutput(
            value("log_probabilities", TensorProto.DataType.FLOAT, "batch", "output", tokens))
        .addOutput(value("output_frames", TensorProto.DataType.INT64, "batch"))
        .addInitializer(integers("starts", 0, 0))
        .addInitializer(integers("ends", Integer.MAX_VALUE, tokens))
        .addInitializer(integers("axes", 1, 2))
        .addInitializer(integers("steps", 3, 1))
        .addInitializer(integers("two", 2))
        .addInitializer(integers("three", 3))
        .addInitializer(number("ten", 10))
        .addNode(node("Slice", "chosen", "features", "starts", "ends", "axes", "steps"))
        .addNode(node("Mul", "logits", "chosen", "ten"))
        .addNode(
            node("LogSoftmax", "log_probabilities", logits).toBuilder()
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(-1)))
        .addNode(node("Add", "rounded", "frames", "two"))
        .addNode(node("Div", "output_frames", "rounded", "three"));
  }

  private static Path write(Path file, GraphProto.Builder graph, Map<String, String> metadata)
      throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
            .setGraph(graph);
    metadata.forEach(
        (key, text) ->
            model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
    return Files.write(file, model.build().toByteArray());
  }

  /**
   * A batch in which the model recognises the hypotheses.
   *
   * @param references the texts of the utterances
   */
  public static FeatureBatch batch(
      BatchKey key,
      List<String> vocabulary,
      long firstUtterance,
      List<String> references,
      List<String> hypotheses,
      List<SkippedUtterance> skipped) {
    int[] frames =
        hypotheses.stream().mapToInt(text -> path(text, vocabulary).length * 3).toArray();
    short[] features = new short[Arrays.stream(frames).sum() * FeatureBatch.BINS];
    int at = 0;
    for (String hypothesis : hypotheses) {
      for (int token : path(hypothesis, vocabulary)) {
        features[at * FeatureBatch.BINS + token] = Fp16Conversions.floatToFp16(1);
        at += 3;
      }
    }
    int[][] labels =
        references.stream()
            .map(text -> text.chars().map(c -> vocabulary.indexOf(Character.toString(c))).toArray())
            .toArray(int[][]::new);
    long[] utterances = new long[frames.length];
    Arrays.setAll(utterances, i -> firstUtterance + i);
    return new FeatureBatch(
        key,
        features,
        frames,
        Arrays.stream(labels).flatMapToInt(Arrays::stream).toArray(),
        Arrays.stream(labels).mapToInt(l -> l.length).toArray(),
        utterances,
        references,
        skipped);
  }

  /** A blank before each character keeps equal neighbours apart. */
  private static int[] path(String text, List<String> vocabulary) {
    int[] path = new int[2 * text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      path[2 * i + 1] = vocabulary.indexOf(text.substring(i, i + 1));
    }
    return path;
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static TensorProto number(String name, float value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addFloatData(value)
        .build();
  }

  private static TensorProto integers(String name, long... values) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.INT64.getNumber())
        .addDims(values.length)
        .addAllInt64Data(Arrays.stream(values).boxed().toList())
        .build();
  }

  private static ValueInfoProto value(
      String name, TensorProto.DataType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder built = TensorShapeProto.Dimension.newBuilder();
      if (dimension instanceof Integer size) {
        built.setDimValue(size);
      } else {
        built.setDimParam(dimension.toString());
      }
      shape.addDim(built);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
