package deepspeech.acoustic.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** A graph under construction. Values are referenced by name. */
final class OnnxGraph {
  private final GraphProto.Builder graph;
  private final List<Initializer> initializers = new ArrayList<>();

  OnnxGraph(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  /** Returns the graph without the tensors of {@link #initializers()}. */
  GraphProto build() {
    return graph.build();
  }

  List<Initializer> initializers() {
    return List.copyOf(initializers);
  }

  /**
   * @param dimensions numbers, or names of dimensions that vary
   */
  void input(String name, TensorProto.DataType type, Object... dimensions) {
    graph.addInput(valueInfo(name, type, dimensions));
  }

  /**
   * @param dimensions numbers, or names of dimensions that vary
   */
  void output(String name, TensorProto.DataType type, Object... dimensions) {
    graph.addOutput(valueInfo(name, type, dimensions));
  }

  /** Adds a constant with as many values as the shape has elements. */
  String weights(String name, Initializer.Values values, long... shape) {
    initializers.add(Initializer.of(name, values, shape));
    return name;
  }

  String scalar(String name, float value) {
    return weights(name, sink -> sink.put(value));
  }

  String integer(String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addInt64Data(value));
    return name;
  }

  String integers(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds a node without attributes that computes {@code output}, and returns that name. */
  String node(String operator, String output, String... inputs) {
    return node(operator, output, attributes -> {}, inputs);
  }

  String node(String operator, String output, Consumer<Attributes> attributes, String... inputs) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(List.of(inputs))
            .addOutput(output);
    attributes.accept(new Attributes(node));
    graph.addNode(node);
    return output;
  }

  private static ValueInfoProto valueInfo(
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

  /** The attributes of one node. */
  record Attributes(NodeProto.Builder node) {
    Attributes integer(String name, long value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.INT)
              .setI(value));
      return this;
    }

    Attributes integers(String name, long... values) {
      AttributeProto.Builder attribute =
          AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
      Arrays.stream(values).forEach(attribute::addInts);
      node.addAttribute(attribute);
      return this;
    }

    Attributes text(String name, String value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(value)));
      return this;
    }
  }
}
