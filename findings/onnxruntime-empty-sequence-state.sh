#!/usr/bin/env bash
# ONNX Runtime 1.24.2 on a CPU: where a batch holds a sequence of length 0, GRU and LSTM return 0 as its last state instead of the
# initial state. RNN in reverse direction returns the initial state. The operators accept the length 0 without a word,
# and the ONNX specification does not single it out.
#
# Expected: the initial state, which no step has changed, as for any number of steps in two calls instead of one.
# Where it is met: recognition of several streams in one batch. A stream without new frames gets the length 0, and starts anew
# in the next call.
#
# Seen, last states of sequences with 0, 1 and 2 steps and the initial state 0.8, all weights 0, so that a step of GRU or LSTM
# halves the state and one of RNN makes it 0:
#   GRU forward Y_h: 0.0 0.4 0.2
#   GRU reverse Y_h: 0.0 0.4 0.2
#   LSTM forward Y_c: 0.0 0.4 0.2
#   LSTM reverse Y_c: 0.0 0.4 0.2
#   RNN reverse Y_h: 0.8 0.0 0.0
#
# Needs a JDK (17 or later) and Maven; takes ONNX Runtime 1.24.2 (about 90 MB) and tribuo-util-onnx 4.3.2, which writes the models,
# from Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.microsoft.onnxruntime</groupId><artifactId>onnxruntime</artifactId><version>1.24.2</version></dependency>
    <dependency><groupId>org.tribuo</groupId><artifactId>tribuo-util-onnx</artifactId><version>4.3.2</version></dependency>
  </dependencies>
</project>
POM

cat > EmptySequence.java <<'JAVA'
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

public class EmptySequence {
  static final int[] LENGTHS = {0, 1, 2};
  static final int STEPS = 2;
  static final float INITIAL = 0.8f;

  public static void main(String[] arguments) throws OrtException {
    lastStates("GRU", 3, "forward", "Y_h");
    lastStates("GRU", 3, "reverse", "Y_h");
    lastStates("LSTM", 4, "forward", "Y_c");
    lastStates("LSTM", 4, "reverse", "Y_c");
    lastStates("RNN", 1, "reverse", "Y_h");
  }

  /** Prints the last states of an operator with one input and one unit. */
  static void lastStates(String operator, int gates, String direction, String output) throws OrtException {
    boolean cell = output.equals("Y_c");
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[][] states = new float[LENGTHS.length][1];
    for (float[] state : states) {
      Arrays.fill(state, INITIAL);
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("X", OnnxTensor.createTensor(environment, new float[STEPS][LENGTHS.length][1]));
    inputs.put("W", OnnxTensor.createTensor(environment, new float[1][gates][1]));
    inputs.put("R", OnnxTensor.createTensor(environment, new float[1][gates][1]));
    inputs.put("sequence_lens", OnnxTensor.createTensor(environment, LENGTHS));
    inputs.put("initial_h", OnnxTensor.createTensor(environment, new float[][][] {states}));
    if (cell) {
      inputs.put("initial_c", OnnxTensor.createTensor(environment, new float[][][] {states}));
    }
    try (OrtSession session = environment.createSession(model(operator, direction, cell));
        OrtSession.Result result = session.run(inputs)) {
      float[][][] last = (float[][][]) result.get(output).orElseThrow().getValue();
      System.out.println(
          "%s %s %s: %s %s %s"
              .formatted(operator, direction, output, last[0][0][0], last[0][1][0], last[0][2][0]));
    }
  }

  static byte[] model(String operator, String direction, boolean cell) {
    List<String> inputs =
        cell
            ? List.of("X", "W", "R", "", "sequence_lens", "initial_h", "initial_c")
            : List.of("X", "W", "R", "", "sequence_lens", "initial_h");
    List<String> outputs = cell ? List.of("", "Y_h", "Y_c") : List.of("", "Y_h");
    GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAttribute(attribute("hidden_size", AttributeProto.AttributeType.INT).setI(1))
            .addAttribute(
                attribute("direction", AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(direction))));
    for (String name : inputs) {
      if (!name.isEmpty()) {
        graph.addInput(tensor(name, name.equals("sequence_lens") ? DataType.INT32 : DataType.FLOAT));
      }
    }
    for (String name : outputs) {
      if (!name.isEmpty()) {
        graph.addOutput(tensor(name, DataType.FLOAT));
      }
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(14))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  static ValueInfoProto tensor(String name, DataType type) {
    TypeProto.Tensor elements = TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(elements))
        .build();
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >&2
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$(cat classpath)" EmptySequence.java | tee seen
diff seen - <<'SEEN'
GRU forward Y_h: 0.0 0.4 0.2
GRU reverse Y_h: 0.0 0.4 0.2
LSTM forward Y_c: 0.0 0.4 0.2
LSTM reverse Y_c: 0.0 0.4 0.2
RNN reverse Y_h: 0.8 0.0 0.0
SEEN
