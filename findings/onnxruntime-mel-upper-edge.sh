#!/usr/bin/env bash
# ONNX Runtime 1.24.2: the bands of MelWeightMatrix do not reach upper_edge_hertz. The edges of n bands are n + 2 points, which
# divide the mel scale into n + 1 parts, but the operator takes n + 2 parts, so that the last band ends one part too early, and all
# bands lie too low. One band of 0 to 8000 Hz ends at 3000 Hz; 80 bands lose 250 Hz. A model that was trained on the usual features
# gets others. The reference implementation of ONNX divides in the same way.
#
# Expected: the top edge of the highest band at upper_edge_hertz, as the operator's description says, and the middle of a single
# band in the middle of the mel scale.
#
# Seen, 1, 4, 20 and 80 bands of 0 to 8000 Hz at 16 kHz with 512 points: the top edge and the middle of the last band in Hz; then both
# by the formula 2595 log10(1 + f / 700), rounded down to a point (31.25 Hz) as the operator does:
#   1: 3031.25 906.25; by the formula 8000.00 1750.00
#   4: 5000.00 3031.25; by the formula 8000.00 4562.50
#   20: 7062.50 6218.75; by the formula 8000.00 7000.00
#   80: 7750.00 7468.75; by the formula 8000.00 7718.75
#
# Needs a JDK (17 or later) and Maven; takes ONNX Runtime 1.24.2 (about 90 MB) and tribuo-util-onnx 4.3.2, which writes the model,
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

cat > MelBands.java <<'JAVA'
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
import java.util.List;
import java.util.Locale;
import java.util.Map;

public class MelBands {
  static final List<String> INPUTS =
      List.of("num_mel_bins", "dft_length", "sample_rate", "lower_edge_hertz", "upper_edge_hertz");
  static final long POINTS = 512;
  static final long RATE = 16000;
  static final float UPPER = 8000;

  public static void main(String[] arguments) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model())) {
      for (long bands : new long[] {1, 4, 20, 80}) {
        Map<String, OnnxTensor> inputs =
            Map.of(
                "num_mel_bins", OnnxTensor.createTensor(environment, bands),
                "dft_length", OnnxTensor.createTensor(environment, POINTS),
                "sample_rate", OnnxTensor.createTensor(environment, RATE),
                "lower_edge_hertz", OnnxTensor.createTensor(environment, 0f),
                "upper_edge_hertz", OnnxTensor.createTensor(environment, UPPER));
        try (OrtSession.Result result = session.run(inputs)) {
          report((int) bands, (float[][]) result.get(0).getValue());
        }
      }
    }
  }

  /** The weights are [points / 2 + 1, bands]. */
  static void report(int bands, float[][] weights) {
    int above = 0;
    int highest = 0;
    for (int point = 0; point < weights.length; point++) {
      float weight = weights[point][bands - 1];
      if (weight > 0) {
        above = point + 1;
      }
      if (weight > weights[highest][bands - 1]) {
        highest = point;
      }
    }
    double part = mel(UPPER) / (bands + 1);
    System.out.printf(
        Locale.ROOT,
        "%d: %.2f %.2f; by the formula %.2f %.2f%n",
        bands,
        hertz(above),
        hertz(highest),
        hertz(point(part * (bands + 1))),
        hertz(point(part * bands)));
  }

  static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  static int point(double mel) {
    double hertz = 700 * (Math.pow(10, mel / 2595) - 1);
    return (int) ((POINTS + 1) * hertz / RATE);
  }

  static double hertz(int point) {
    return (double) point * RATE / POINTS;
  }

  static byte[] model() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
    graph.addNode(NodeProto.newBuilder().setOpType("MelWeightMatrix").addAllInput(INPUTS).addOutput("weights"));
    for (String name : INPUTS) {
      graph.addInput(value(name, name.endsWith("hertz") ? DataType.FLOAT : DataType.INT64));
    }
    graph.addOutput(value("weights", DataType.FLOAT));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  static ValueInfoProto value(String name, DataType type) {
    TypeProto.Tensor elements = TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(elements))
        .build();
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >&2
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$(cat classpath)" MelBands.java | tee seen
diff seen - <<'SEEN'
1: 3031.25 906.25; by the formula 8000.00 1750.00
4: 5000.00 3031.25; by the formula 8000.00 4562.50
20: 7062.50 6218.75; by the formula 8000.00 7000.00
80: 7750.00 7468.75; by the formula 8000.00 7718.75
SEEN
